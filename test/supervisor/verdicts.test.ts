import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import {
	cannotStart,
	isStuck,
	startVerdict,
	stoppedEarly,
	stopVerdict,
} from '../../src/supervisor/verdicts.ts';
import { entryIn, running } from './entries.ts';

const stopping: State = {
	tag: 'stopping',
	main: true,
	afterwards: 'stop',
	forced: false,
	end: undefined,
	since: 0,
};
const broken: State = { tag: 'failed', why: { tag: 'not-started', step: 'exec', text: 'permission denied' } };
const early = { refused: '"web" was stopped while it started' };

test('a start is done once its program runs, even if that has ended since', () => {
	expect(startVerdict(entryIn({ tag: 'starting', first: true, spawned: false }))).toBeUndefined();
	for (const state of [running, { tag: 'exited' }, { tag: 'backoff', until: 1 }] as const) {
		expect(startVerdict(entryIn(state)), state.tag).toBe('done');
	}
	expect(startVerdict(entryIn({ tag: 'failed', why: { tag: 'ended', end: { tag: 'unknown' } } }))).toBe(
		'done',
	);
});

test('a start is refused when a step of it failed, or somebody stopped it', () => {
	expect(startVerdict(entryIn(broken))).toEqual({ refused: 'cannot start "web": exec: permission denied' });
	expect(startVerdict(entryIn(stopping))).toEqual(early);
	expect(startVerdict(entryIn({ tag: 'stopped' }))).toEqual(early);
});

test('a stop is done when nothing is left to stop', () => {
	for (const state of [{ tag: 'stopped' }, { tag: 'exited' }, broken] as const) {
		expect(stopVerdict(entryIn(state)), state.tag).toBe('done');
	}
	expect(stopVerdict(entryIn(stopping))).toBeUndefined();
	expect(stopVerdict(entryIn(stopping, { remark: 'archon was restarted' }))).toBeUndefined();
});

test('a stop is refused when even KILL did not help, or when a later request won', () => {
	const remark = 'still there after KILL: 7 8';
	expect([remark, 'a remark', ''].map((it) => isStuck(entryIn(stopping, { remark: it })))).toEqual([
		true,
		false,
		false,
	]);
	expect(stopVerdict(entryIn(stopping, { remark }))).toEqual({ refused: `"web" is ${remark}` });
	expect(stopVerdict(entryIn(running))).toEqual({
		refused: '"web" is running: a later request overtook this Stop',
	});
});

test('what cannot be started is called by its program, else by its name', () => {
	expect(stoppedEarly(entryIn(running))).toBe(early.refused);
	const launch = { args: ['/bin/"x"'], env: new Map(), directory: '/', fds: [] };
	expect(cannotStart(entryIn(broken, { launch }))).toBe('cannot start "/bin/"x"": exec: permission denied');
	expect(cannotStart(entryIn(broken, { launch: undefined }))).toBe(
		'cannot start "web": exec: permission denied',
	);
	expect(cannotStart(entryIn(stopping))).toBe('cannot start "web": stopping');
});
