import { expect, test } from 'vitest';
import { Demand } from '../../src/policy/demand.ts';
import type { Want } from '../../src/rules/want.ts';
import type { Source } from '../../src/sources/source.ts';

function source(...types: Want['type'][]) {
	const told: string[] = [];
	const one: Source = {
		types,
		want: (wants) => void told.push(wants.map(({ type }) => type).join(' ')),
		close: () => void told.push('closed'),
	};
	return { told, one };
}

const want = (type: Want['type']): Want => ({ type, when: {}, except: {} });

test('Each source hears what rules and subscribers want of its types, and only when that changes.', () => {
	const files = source('file.changed');
	const kernel = source('process.spawned', 'oom.killed');
	const demand = new Demand([files.one, kernel.one], () => undefined);
	demand.ofRules([want('file.changed'), want('request.received')]);
	const leave = demand.subscribed([want('oom.killed')]);
	demand.subscribed([]);
	expect(
		['file.changed', 'oom.killed', 'process.spawned', 'request.received'].map((it) =>
			demand.has(it as Want['type']),
		),
	).toEqual([true, true, false, true]);
	expect([demand.isSubscribed('oom.killed'), demand.isSubscribed('file.changed')]).toEqual([true, false]);
	leave();
	leave();
	demand.ofRules([]);
	demand.close();
	expect(files.told).toEqual(['file.changed', '', 'closed']);
	expect(kernel.told).toEqual(['oom.killed', '', 'closed']);
	expect(demand.has('oom.killed')).toBe(false);
});

test('Of two subscribers that want the same each counts.', () => {
	const files = source('file.changed');
	const demand = new Demand([files.one], () => undefined);
	const wants = [want('file.changed')];
	const [one, other] = [demand.subscribed(wants), demand.subscribed(wants)];
	one();
	expect(demand.has('file.changed')).toBe(true);
	other();
	expect([demand.has('file.changed'), files.told]).toEqual([
		false,
		['file.changed', 'file.changed file.changed', 'file.changed', ''],
	]);
});

test('A source that goes wrong keeps nobody else from hearing.', () => {
	const faults: unknown[] = [];
	const files = source('file.changed');
	const fail = () => {
		throw new Error('x');
	};
	const broken: Source = { types: ['file.changed'], want: fail, close: fail };
	const demand = new Demand([broken, files.one], (fault) => faults.push(fault));
	demand.ofRules([want('file.changed')]);
	demand.close();
	expect([faults.length, files.told]).toEqual([2, ['file.changed', 'closed']]);
});
