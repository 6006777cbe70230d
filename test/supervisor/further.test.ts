import { expect, test } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';
import type { Service } from '../../src/service/service.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { Further, furtherMost } from '../../src/supervisor/further.ts';
import { serviceEntry } from '../../src/supervisor/new-entry.ts';
import { Table } from '../../src/supervisor/table.ts';
import { running } from './entries.ts';

const timer = { tag: 'every', every: 1000, overlap: true } as const;
const service: Service = { ...plainService, name: 'job', run: ['job'], timer };

function furthering() {
	const table = new Table();
	const started: string[] = [];
	const further = new Further({
		table,
		interpreter: {
			apply: (entry, { tag }) => {
				started.push(`${tag} ${entry.name}`);
				entry.life = { ...entry.life, state: running };
				return undefined;
			},
		},
		forget: (entry) => table.remove(entry),
	});
	const entry = serviceEntry(service, 0, true);
	table.add(entry);
	const end = (name: string, tag: 'exited' | 'stopped') => {
		const one = table.get(name) as Entry;
		one.life = { ...one.life, state: { tag } };
		further.changed(one);
	};
	return { table, started, further, entry, end };
}

test('a further run has the lowest free number behind the name, and no timer', () => {
	const { table, started, further, entry, end } = furthering();
	further.begin(entry, service);
	further.begin(entry, service);
	expect(started).toEqual(['start job-2', 'start job-3']);
	const one = table.get('job-2');
	expect([one?.service?.timer, one?.spec.timed, one?.isConfigured]).toEqual([undefined, false, false]);
	end('job-2', 'exited');
	further.begin(entry, service);
	expect(started.at(-1)).toBe('start job-2');
});

test('one that is over is forgotten, the service itself is not', () => {
	const { table, further, entry, end } = furthering();
	further.begin(entry, service);
	end('job', 'stopped');
	end('job-2', 'stopped');
	expect(table.all()).toEqual([entry]);
});

test('there is room for sixteen of each service', () => {
	const { table, further, entry, end } = furthering();
	const other = serviceEntry({ ...service, name: 'other' }, 0, true);
	table.add(other);
	for (let n = 0; n < furtherMost; n++) {
		expect(further.isRoom(entry)).toBe(true);
		further.begin(entry, service);
	}
	expect([furtherMost, further.isRoom(entry), further.isRoom(other)]).toEqual([16, false, true]);
	end('job-2', 'exited');
	expect(further.isRoom(entry)).toBe(true);
});

test('one of a daemon that died still counts, and is forgotten when it is over', () => {
	const { table, further, entry, end } = furthering();
	const one = serviceEntry({ ...service, name: 'job-2' }, 0, false);
	table.add(one);
	further.restore(one, 'job');
	expect([further.of(one), further.of(entry)]).toEqual(['job', undefined]);
	for (let n = 1; n < furtherMost; n++) {
		expect(further.isRoom(entry)).toBe(true);
		further.begin(entry, service);
	}
	expect(further.isRoom(entry)).toBe(false);
	end('job-2', 'exited');
	expect([table.get('job-2'), further.isRoom(entry)]).toEqual([undefined, true]);
});
