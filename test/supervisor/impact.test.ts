import fc from 'fast-check';
import { expect, test } from 'vitest';
import { impact } from '../../src/supervisor/impact.ts';
import { World } from './world.ts';

const world = () =>
	new World([
		{ name: 'web', requires: ['db'] },
		{ name: 'db' },
		{ name: 'bad', limit: { failures: 1, within: 1000, retry: 0 } },
	]);

test('what a request would do is told in its order, and what it leaves alone', () => {
	const it = world();
	const rows = (verb: 'Start' | 'Stop' | 'Restart', ...names: string[]) =>
		impact(it.orders.view, verb, it.of(...names)).map((row) => row.join(' '));
	expect(rows('Start', 'web')).toEqual(['start db web requires it', 'start web asked']);
	expect(rows('Stop', 'web')).toEqual(['keep web is stopped']);
	it.orders.boot(it.of('web', 'bad'));
	it.settle();
	expect(rows('Restart', 'db')).toEqual([
		'stop web requires db',
		'stop db asked',
		'start db asked',
		'start web requires db',
	]);
	expect(rows('Start', 'db', 'web')).toEqual(['keep db is running', 'keep web is running']);
	it.step('bad', 'fail');
	expect([rows('Restart', 'bad'), rows('Stop', 'bad')]).toEqual([['start bad asked'], ['stop bad asked']]);
	const sshd = it.foreign('sshd');
	expect(impact(it.orders.view, 'Restart', [sshd])).toEqual([['keep', 'sshd', 'is running']]);
	expect(impact(it.orders.view, 'Stop', [sshd])).toEqual([['stop', 'sshd', 'asked']]);
});

test('what is told beforehand is what then happens', () => {
	const edge = fc.record({
		from: fc.nat(5),
		on: fc.nat(5),
		kind: fc.constantFrom('requires', 'wants', 'after'),
	});
	const verb = fc.constantFrom('Start', 'Stop', 'Restart');
	const request = fc.record({ verb, whom: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }) });
	const names = ['a', 'b', 'c', 'd', 'e', 'f'];
	fc.assert(
		fc.property(fc.array(edge, { maxLength: 10 }), fc.array(request, { maxLength: 8 }), (edges, requests) => {
			const on = (i: number, kind: string) => [
				...new Set(
					edges
						.filter((it) => it.from === i && it.on < i && it.kind === kind)
						.map((it) => names[it.on] ?? ''),
				),
			];
			const services = names.map((name, i) => ({
				name,
				requires: on(i, 'requires'),
				wants: on(i, 'wants'),
				after: on(i, 'after'),
			}));
			const it = new World(services);
			it.orders.boot(it.of('a', 'c', 'e'));
			it.settle();
			for (const { verb, whom } of requests) {
				const asked = it.of(...whom.map((i) => names[i] ?? ''));
				const before = impact(it.orders.view, verb, asked).map(([action, name]) => `${action} ${name}`);
				const waiting = new Set([...it.entries.values()].filter((x) => x.life.state.tag === 'waiting'));
				it.heard();
				void it.orders[verb === 'Start' ? 'start' : verb === 'Stop' ? 'stop' : 'restart'](asked);
				it.settle();
				const told = it.heard().flatMap((line) => {
					const [type, name = ''] = line.split(' ');
					const isStop = type === 'stopping' || (type === 'stopped' && waiting.has(it.get(name)));
					return isStop ? [`stop ${name}`] : type === 'starting' ? [`start ${name}`] : [];
				});
				const done = before.filter((row) => !row.startsWith('keep'));
				expect([verb, whom, told.toSorted()]).toEqual([verb, whom, done.toSorted()]);
			}
		}),
	);
});
