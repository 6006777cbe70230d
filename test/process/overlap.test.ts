import { expect, test } from 'vitest';
import { forSuccessor, hasGone, overlapAct, type Phase } from '../../src/process/overlap.ts';
import type { Afterwards, State } from '../../src/process/state.ts';

const starting = (spawned: boolean): State => ({ tag: 'starting', first: true, spawned, since: 0 });
const stopping = (afterwards: Afterwards): State => ({
	tag: 'stopping',
	main: true,
	afterwards,
	forced: false,
	end: undefined,
	fault: undefined,
	since: 0,
});

const states: Readonly<Record<string, State>> = {
	'waits for another': { tag: 'waiting', why: 'waits for db' },
	'waits for the new one': { tag: 'waiting', why: forSuccessor },
	'before exec': starting(false),
	starting: starting(true),
	running: { tag: 'running', since: 1 },
	paused: { tag: 'paused', since: 1, frozen: 2 },
	'stops, asked': stopping('stop'),
	'stops, to start': stopping('start'),
	'stops, to return': stopping('return'),
	'stops by itself': stopping('settle'),
	stopped: { tag: 'stopped' },
	exited: { tag: 'exited' },
	backoff: { tag: 'backoff', until: 3 },
	failed: { tag: 'failed', why: { tag: 'not-ready', after: 1 } },
};

/** What is done about each `main` (a row) with each `beside` in these states. */
function table(phase: Phase, ...beside: string[]): Record<string, string> {
	const rows = Object.entries(states).map(([name, main]) => {
		const cells = beside.map((it) => overlapAct(phase, main, states[it] as State) ?? '-');
		return [name, cells.join(' ')];
	});
	return Object.fromEntries(rows);
}

test('the new one takes the place of the old one when it is ready, and of one that is gone as soon as it runs', () => {
	expect(table('proving', 'before exec', 'starting', 'running', 'stops by itself', 'stops, asked')).toEqual({
		'waits for another': 'yield yield yield yield -',
		'waits for the new one': '- swap swap - -',
		'before exec': '- - swap - -',
		starting: '- - swap - -',
		running: '- - swap - -',
		paused: '- - swap - -',
		'stops, asked': 'yield yield yield yield -',
		'stops, to start': 'yield yield yield yield -',
		'stops, to return': 'yield yield yield yield -',
		'stops by itself': '- swap swap - -',
		stopped: 'yield yield yield yield -',
		exited: '- swap swap - -',
		backoff: '- swap swap - -',
		failed: '- swap swap - -',
	});
});

test('a new one that has ended has failed, whatever the old one does', () => {
	for (const row of Object.values(table('proving', 'stopped', 'exited', 'failed'))) {
		expect(row).toBe('fail fail fail');
	}
});

test('one that is only announced is waited for, whatever the old one does', () => {
	for (const row of Object.values(table('announced', 'stopped', 'starting', 'running'))) {
		expect(row).toBe('- - -');
	}
});

test('an old one is told to stop until it is gone, whatever the new one does', () => {
	const beside = Object.keys(states);
	const expected = beside.map((it) =>
		['stopped', 'exited', 'failed'].includes(it) ? 'over' : it === 'stops, asked' ? '-' : 'retire',
	);
	for (const row of Object.values(table('retiring', ...beside))) {
		expect(row).toBe(expected.join(' '));
	}
});

test('what runs, does so frozen or begins to has not gone', () => {
	const there = Object.keys(states).filter((it) => !hasGone(states[it] as State));
	expect(there).toEqual(['before exec', 'starting', 'running', 'paused']);
});
