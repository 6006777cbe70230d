import { expect, test } from 'vitest';
import type { End } from '../../src/process/state.ts';
import { endField, endOf, failureText, lastCell, lastEnd, reasonOf } from '../../src/supervisor/describe.ts';
import { entryIn, running } from './entries.ts';

test('a wait status is an exit code or the signal that ended it, with or without a core', () => {
	expect(endOf(0)).toEqual({ tag: 'exit', code: 0 });
	expect(endOf(3 << 8)).toEqual({ tag: 'exit', code: 3 });
	expect(endOf(255 << 8)).toEqual({ tag: 'exit', code: 255 });
	expect(endOf(15)).toEqual({ tag: 'signal', signal: 'TERM' });
	expect(endOf(11 | 0x80)).toEqual({ tag: 'signal', signal: 'SEGV' });
	expect(endOf(64)).toMatchObject({ tag: 'signal' });
});

test('an end is one field of an event and one cell of Status', () => {
	const ends: End[] = [{ tag: 'exit', code: 3 }, { tag: 'signal', signal: 'TERM' }, { tag: 'unknown' }];
	expect(ends.map(endField)).toEqual(['exit=3', 'signal=TERM', 'status=unknown']);
	expect([...ends, undefined].map(lastCell)).toEqual(['exit:3', 'signal:TERM', 'unknown', '-']);
});

test('a failure says what happened', () => {
	expect(failureText({ tag: 'ended', end: { tag: 'exit', code: 1 } })).toBe('ended with exit:1');
	expect(failureText({ tag: 'not-started', step: 'exec', text: 'permission denied' })).toBe(
		'exec: permission denied',
	);
	expect(failureText({ tag: 'not-ready', after: 30_000 })).toBe('not ready after 30s');
	expect(failureText({ tag: 'limit', failures: 5, within: 10_000 })).toBe('ended 5 times within 10s');
	expect(failureText({ tag: 'limit', failures: 1, within: 10_000 })).toBe('ended once within 10s');
});

test('the reason is empty where the state says it all', () => {
	expect(reasonOf(entryIn(running))).toBe('');
	expect(reasonOf(entryIn({ tag: 'stopped' }))).toBe('');
});

test('one that has taken its readiness back is reloading, unless it says more', () => {
	const withdrawn = { tag: 'starting', first: false, spawned: true, since: 5 } as const;
	expect(reasonOf(entryIn(withdrawn))).toBe('reloading');
	expect(reasonOf(entryIn(withdrawn, { said: 'reading its files' }))).toBe('reading its files');
	expect(reasonOf(entryIn({ ...withdrawn, since: 0 }))).toBe('');
});

test('a remark is the reason in any other state', () => {
	expect(reasonOf(entryIn(running, { remark: 'zombie: not reaped by 7' }))).toBe('zombie: not reaped by 7');
});

test('the reason of one that failed is its remark, else its failure, and both when it was the limit', () => {
	const limit = { tag: 'failed', why: { tag: 'limit', failures: 5, within: 10_000 } } as const;
	const ended = { tag: 'failed', why: { tag: 'ended', end: { tag: 'exit', code: 0 } } } as const;
	const remark = 'left 2 processes: run it in the foreground';
	expect(lastEnd({ last: undefined })).toBe('');
	expect(lastEnd({ last: { tag: 'exit', code: 3 } })).toBe(' (its last end: exit:3)');
	expect(reasonOf(entryIn(limit))).toBe('ended 5 times within 10s');
	expect(reasonOf(entryIn(limit, { remark }))).toBe(`${remark}; ended 5 times within 10s`);
	expect(reasonOf(entryIn(ended, { remark }))).toBe(remark);
});

test('the reason of one in back-off is how it ended and when it starts again, never less than now', () => {
	const last: End = { tag: 'signal', signal: 'KILL' };
	const soon = entryIn({ tag: 'backoff', until: Date.now() + 3_600_000 }, { last });
	expect(reasonOf(soon)).toMatch(/^ended with signal:KILL; starts again in (1h00m|59m59s)$/);
	expect(reasonOf(entryIn({ tag: 'backoff', until: 0 }, { last }))).toBe(
		'ended with signal:KILL; starts again in 0ms',
	);
});

test('in back-off a remark stands in place of how it ended', () => {
	const entry = entryIn({ tag: 'backoff', until: 0 }, { remark: 'left 1 process: run it in the foreground' });
	expect(reasonOf(entry)).toBe('left 1 process: run it in the foreground; starts again in 0ms');
});

test('one that waits says for what', () => {
	expect(reasonOf(entryIn({ tag: 'waiting', why: 'waits for db' }))).toBe('waits for db');
});
