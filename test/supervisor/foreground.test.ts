import { expect, test } from 'vitest';
import type { End, Failure, State } from '../../src/process/state.ts';
import { exitCodeOf, hasEndedForGood } from '../../src/supervisor/foreground.ts';
import { entryIn } from './entries.ts';

const exited = { tag: 'exited' } as const;
const end = (code: number): End => ({ tag: 'exit', code });
const codeOf = (state: State, last?: End) => exitCodeOf(entryIn(state, { last }));
const failedBy = (why: Failure, last?: End) => codeOf({ tag: 'failed', why }, last);

test('for good is what nobody but a request starts again', () => {
	const why: Failure = { tag: 'limit', failures: 5, within: 1 };
	for (const state of [exited, { tag: 'stopped' }, { tag: 'failed', why }] as const) {
		expect(hasEndedForGood(entryIn(state))).toBe(true);
	}
	for (const state of [
		{ tag: 'waiting', why: '' },
		{ tag: 'running', since: 0 },
		{ tag: 'backoff', until: 0 },
		{ tag: 'paused', since: 0, frozen: 0 },
	] as const) {
		expect(hasEndedForGood(entryIn(state))).toBe(false);
	}
});

test('the exit code is that of its newest process, 128+N for a signal', () => {
	expect([0, 1, 255].map((code) => codeOf(exited, end(code)))).toEqual([0, 1, 255]);
	expect(codeOf(exited, { tag: 'signal', signal: 'TERM' })).toBe(143);
	expect(codeOf(exited, { tag: 'signal', signal: 'KILL' })).toBe(137);
	expect(codeOf(exited, { tag: 'unknown' })).toBe(1);
	expect(codeOf({ tag: 'stopped' })).toBe(0);
});

test('one that failed is never 0', () => {
	expect(failedBy({ tag: 'not-ready', after: 1 }, end(0))).toBe(1);
	expect(failedBy({ tag: 'limit', failures: 5, within: 1 }, end(7))).toBe(7);
});

test('a program that could not be run is 127 or 126 as in a shell, any other step 1', () => {
	const not = (step: string, text: string) => failedBy({ tag: 'not-started', step, text }, end(0));
	expect(not('exec', 'no such file or directory')).toBe(127);
	expect(not('exec', 'not a directory')).toBe(127);
	expect(not('exec', 'permission denied')).toBe(126);
	expect(not('directory', 'no such file or directory')).toBe(1);
	const why: Failure = { tag: 'limit', failures: 5, within: 1 };
	const given = (remark: string) => exitCodeOf(entryIn({ tag: 'failed', why }, { remark }));
	expect([given('exec: not a directory'), given('exec: permission denied'), given('')]).toEqual([
		127, 126, 1,
	]);
});
