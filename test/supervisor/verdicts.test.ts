import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import {
	cannotStart,
	denialText,
	firstStartVerdict,
	isStuck,
	startVerdict,
	stoppedEarly,
	stopVerdict,
	stuckRemark,
} from '../../src/supervisor/verdicts.ts';
import { entryIn, running } from './entries.ts';

const stopping: State = {
	tag: 'stopping',
	main: true,
	afterwards: 'stop',
	forced: false,
	end: undefined,
	fault: undefined,
	since: 0,
};
const broken: State = { tag: 'failed', why: { tag: 'not-started', step: 'exec', text: 'permission denied' } };
const early = { refused: '"web" was stopped while it started' };

test('a first start is done once its program runs, even if that has ended since', () => {
	expect(
		firstStartVerdict(entryIn({ tag: 'starting', first: true, spawned: false, since: 0 })),
	).toBeUndefined();
	for (const state of [running, { tag: 'exited' }, { tag: 'backoff', until: 1 }] as const) {
		expect(firstStartVerdict(entryIn(state)), state.tag).toBe('done');
	}
	expect(firstStartVerdict(entryIn({ tag: 'failed', why: { tag: 'ended', end: { tag: 'unknown' } } }))).toBe(
		'done',
	);
});

test('a first start is refused when a step of it failed, or somebody stopped it', () => {
	expect(firstStartVerdict(entryIn(broken))).toEqual({
		refused: 'cannot start "web": exec: permission denied',
	});
	expect(firstStartVerdict(entryIn(stopping))).toEqual(early);
	expect(firstStartVerdict(entryIn({ tag: 'stopped' }))).toEqual(early);
});

test('a start is done when it is ready, or has ended well where that is what it is for', () => {
	expect(startVerdict(entryIn(running))).toBe('done');
	expect(startVerdict(entryIn({ tag: 'exited' }))).toBe('done');
	expect(startVerdict(entryIn({ tag: 'waiting', why: 'waits for db' }))).toBeUndefined();
	expect(startVerdict(entryIn({ tag: 'starting', first: false, spawned: true, since: 0 }))).toBeUndefined();
});

test('a start says why it is not ready', () => {
	const told = entryIn({ tag: 'exited' }, { last: { tag: 'exit', code: 0 } });
	told.spec = { ...told.spec, ready: 'told' };
	expect(startVerdict(told)).toEqual({ refused: '"web" ended with exit:0 before it was ready' });
	expect(startVerdict(entryIn(broken))).toEqual({ refused: '"web" is failed: exec: permission denied' });
	expect(startVerdict(entryIn(stopping))).toEqual({
		refused: '"web" is being stopped: a later request overtook this one',
	});
	expect(startVerdict(entryIn({ tag: 'paused', since: 0, frozen: 0 }))).toEqual({
		refused: '"web" is paused: Resume,web',
	});
});

test('a denial says what is wrong and what to do', () => {
	expect(denialText(entryIn({ tag: 'stopped' }), 'paused', 'no-process')).toBe(
		'"web" cannot be paused: it is stopped and has no process; Start,web first',
	);
	expect(denialText(entryIn({ tag: 'exited' }, { kind: 'foreign' }), 'paused', 'no-process')).toBe(
		'"web" cannot be paused: it is exited and has no process',
	);
	expect(denialText(entryIn(running), 'restarted', 'run')).toContain('send its Run again');
	expect(denialText(entryIn(running), 'resumed', 'not-paused')).toContain('it is running, not paused');
	expect(denialText(entryIn(running), 'restarted', 'foreign')).toContain('did not start it');
	expect(denialText(entryIn(running), 'paused', 'starting')).toContain('Wait,web,running first');
});

test('a stop is done when nothing is left to stop', () => {
	for (const state of [{ tag: 'stopped' }, { tag: 'exited' }, broken] as const) {
		expect(stopVerdict(entryIn(state)), state.tag).toBe('done');
	}
	expect(stopVerdict(entryIn(stopping))).toBeUndefined();
	expect(stopVerdict(entryIn(stopping, { remark: 'archon was restarted' }))).toBeUndefined();
});

test('a stop is refused when even KILL did not help, or when a later request won', () => {
	const remark = stuckRemark([7, 8], 'a remark');
	expect(remark).toBe('still there after KILL: 7 8');
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

test('of a zombie it is said who has to reap it, where that can be seen', () => {
	const more = (remark: string) => stuckRemark([7], remark).slice('still there after KILL: 7'.length);
	expect(more('zombie: not reaped by 5')).toBe(
		' (it has ended: a zombie until its parent 5 reaps it or ends)',
	);
	expect(more('zombie: not reaped by 0')).toBe(' (it has ended: a zombie until its parent reaps it or ends)');
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
