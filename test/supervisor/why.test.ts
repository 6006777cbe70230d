import { expect, test } from 'vitest';
import { fresh } from '../../src/process/moves.ts';
import type { State } from '../../src/process/state.ts';
import { plainService } from '../../src/service/defaults.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import type { Facts } from '../../src/supervisor/facts.ts';
import { noFacts, why } from '../../src/supervisor/why.ts';
import { entryIn, mainOf } from './entries.ts';

const now = 1_000_000;

function said(state: State, of: Partial<Entry> = {}, facts: Partial<Facts> = {}): string[] {
	return why(entryIn(state, of), { ...noFacts(now), ...facts });
}

/** Its timer fires in that time; it is none that runs. */
function due(ms: number): Pick<Entry, 'timer' | 'due'> {
	return { timer: {} as NodeJS.Timeout, due: now + ms };
}

const exit3 = { tag: 'exit', code: 3 } as const;
const stopping = {
	tag: 'stopping',
	main: true,
	afterwards: 'stop',
	forced: false,
	end: undefined,
	fault: undefined,
	since: now - 3000,
} as const;

test('waiting for others is told by them, for its time by when that comes, else by the reason', () => {
	const waiting = { tag: 'waiting', why: 'a place' } as const;
	const needs = [{ name: 'db', state: 'starting', reason: '' }] as const;
	expect(said(waiting, {}, { needs })[0]).toBe('web is waiting for db, which is not ready yet.');
	expect(said({ tag: 'waiting', why: 'next at 03:00' }, {}, { firesIn: 245_000 })).toEqual([
		'web is waiting for its time: next at 03:00, in 4m05s.',
		'archonctl start web does not wait for it.',
	]);
	expect(said(waiting)[0]).toBe('web is waiting: a place.');
});

test('starting says how it will be ready and how long it may take', () => {
	expect(said({ tag: 'starting', first: true, spawned: false, since: 0 })).toEqual([
		'web is starting: its program does not run yet.',
		'It may take 30s; then it is ended and counts as a failure.',
	]);
	expect(
		said(
			{ tag: 'starting', first: true, spawned: true, since: 0 },
			{ process: mainOf(7, { since: now - 4000 }), ...due(26_000) },
		),
	).toEqual([
		'web has been running for 4s and is not ready yet: its program has to be running.',
		'It has 26s left; then it is ended and counts as a failure.',
		'archonctl logs web shows what it says.',
	]);
});

test('a start that may take as long as it takes says so', () => {
	const { spec } = entryIn({ tag: 'stopped' });
	const starting = { tag: 'starting', first: true, spawned: false, since: 0 } as const;
	expect(said(starting, { spec: { ...spec, startTimeout: undefined } })[1]).toBe(
		'It may take as long as it takes.',
	);
});

test('running says for how long, and what is not as it should be', () => {
	const running = { tag: 'running', since: now } as const;
	const process = mainOf(7, { since: now - 11_520_000 });
	expect(said(running, { process })).toEqual(['web has been running for 3h12m.']);
	expect(said(running, { process, said: 'serving 3 clients' })[1]).toBe(
		'It says of itself: serving 3 clients',
	);
	expect(said(running, { process, kind: 'run' })).toEqual([
		'web has been running for 3h12m for whoever asked for it.',
	]);
	const life = { state: running, history: { ...fresh, restarts: 2 } };
	const degraded = '3 probes in a row failed';
	expect(said(running, { process, life, last: exit3, remark: 'archon was restarted', degraded })).toEqual([
		'web has been running for 3h12m.',
		'It is degraded: 3 probes in a row failed. archonctl restart web starts it anew.',
		'It was restarted twice since somebody last started it; before, it ended with exit code 3.',
		'Archon was restarted.',
	]);
});

test('stopping says when KILL follows, and what then', () => {
	expect(said(stopping)).toEqual([
		'web was told to end 3s ago; KILL follows in 7s.',
		'archonctl stop web 0s does not wait for that.',
	]);
	expect(said({ ...stopping, main: false, afterwards: 'start' }, due(500))).toEqual([
		'web has ended, and what it left was told to 3s ago; KILL follows in 500ms.',
		'archonctl stop web 0s does not wait for that.',
		'Then it is started again.',
	]);
	expect(said({ ...stopping, forced: true, afterwards: 'settle' })).toEqual([
		'web was told to end 3s ago, took too long, and got KILL.',
		'Then its restart policy decides.',
	]);
	const fault = { tag: 'degraded', why: '3 probes in a row failed' } as const;
	expect(said({ ...stopping, afterwards: 'return', fault }).slice(2)).toEqual([
		'That is because of a failure: 3 probes in a row failed.',
		'It is started again when what it requires is back.',
	]);
	expect(said({ ...stopping, forced: true }, { remark: 'still there after KILL: 7' })).toEqual([
		'web is still there after KILL: 7.',
		'Not even KILL ends a process that waits for a device or a file system: that has to answer first.',
	]);
});

test('a manual one that never ran was not stopped by anybody', () => {
	const service = { ...plainService, name: 'web', run: ['web'], manual: true };
	expect(said({ tag: 'stopped' }, { service })[0]).toBe(
		'web was not started yet: manual = true keeps it until it is asked for.',
	);
	expect(said({ tag: 'stopped' }, { service, last: exit3 })[0]).toBe(
		'web was stopped by request (its last end: exit:3).',
	);
});

test('stopped and exited say what would start it', () => {
	expect(said({ tag: 'stopped' }, { last: { tag: 'signal', signal: 'TERM' } })).toEqual([
		'web was stopped by request (its last end: signal:TERM).',
		'archonctl start web starts it; it stays as it is until then.',
	]);
	expect(said({ tag: 'exited' }, { last: { tag: 'exit', code: 0 } })).toEqual([
		'web ended with exit code 0, and restart = "on-failure" leaves it at that.',
		'archonctl start web starts it again.',
	]);
});

test('backoff says when it is started again, and when that would be the end of it', () => {
	const backoff = { tag: 'backoff', until: now + 4200 } as const;
	const life = { state: backoff, history: { ...fresh, row: 3 } };
	expect(said(backoff, { life, last: exit3 })).toEqual([
		'web ended with exit code 3, 3 times in a row; it is started again in 4.2s.',
		'archonctl start web starts it now, archonctl stop web gives up; archonctl logs web shows what it said.',
		'Should that happen 5 times within 10s, it is left alone as failed.',
	]);
	expect(said(backoff, { remark: 'exec: no such file or directory' })[0]).toBe(
		'web did not stay: exec: no such file or directory; it is started again in 4.2s.',
	);
});

test('failed says what happened, and whether it is tried again', () => {
	const limit = { tag: 'failed', why: { tag: 'limit', failures: 5, within: 10_000 } } as const;
	expect(said(limit, due(252_000))).toEqual([
		'web failed: ended 5 times within 10s.',
		'web is tried again in 4m12s; archonctl start web tries now.',
		'archonctl logs web shows what it said.',
	]);
	expect(said(limit, { last: exit3 })[0]).toBe(
		'web failed: ended 5 times within 10s (its last end: exit:3).',
	);
	expect(said(limit)[1]).toBe('It is not tried again by itself; archonctl start web does.');
	const notStarted = { tag: 'not-started', step: 'exec', text: 'no such file or directory' } as const;
	expect(said({ tag: 'failed', why: notStarted })).toEqual([
		'web failed: exec: no such file or directory.',
		'Nothing of it runs. When that is mended, archonctl start web tries again.',
	]);
	const notReady = { tag: 'failed', why: { tag: 'not-ready', after: 30_000 } } as const;
	const remark = 'not ready after 30s: tcp:127.0.0.1:1: connection refused';
	expect(said(notReady, { remark })[0]).toBe(`web failed: ${remark}.`);
	expect(said(notReady).slice(0, 2)).toEqual([
		'web failed: not ready after 30s.',
		'It was ended then; archonctl start web tries again.',
	]);
	const degraded = { tag: 'degraded', why: '3 probes in a row failed' } as const;
	expect(said({ tag: 'failed', why: degraded })[0]).toBe('web failed: 3 probes in a row failed.');
	const ended = { tag: 'failed', why: { tag: 'ended', end: exit3 } } as const;
	expect(said(ended, { remark: 'left 2 processes: run it in the foreground' }).slice(0, 2)).toEqual([
		'web failed: ended with exit:3 (left 2 processes: run it in the foreground).',
		'restart = "on-failure" leaves it at that; archonctl start web starts it again.',
	]);
});

test('paused says what lets it go on', () => {
	expect(said({ tag: 'paused', since: now - 90_000, frozen: now - 60_000 })).toEqual([
		'web was frozen by request 1m00s ago: it is there and does nothing.',
		'archonctl resume web lets it go on.',
	]);
});

test('a foreign process is somebody else’s to start', () => {
	const kind = 'foreign';
	const process = mainOf(7, { since: now - 1000 });
	const running = { tag: 'running', since: now } as const;
	const whose = 'somebody else started it, archon only watches.';
	expect(said(running, { kind, process })).toEqual([`web has been running for 1s: ${whose}`]);
	expect(said(running, { kind, process, remark: 'zombie: not reaped by 9' })[0]).toBe(
		'web has ended, but is zombie: not reaped by 9.',
	);
	const forget = 'Its name is free for another; archonctl remove web forgets it.';
	expect(said({ tag: 'exited' }, { kind, last: exit3 })).toEqual([
		`web ended with exit code 3: ${whose}`,
		forget,
	]);
	expect(said({ tag: 'failed', why: { tag: 'ended', end: { tag: 'unknown' } } }, { kind })).toEqual([
		`web has ended, nobody could tell how: ${whose}`,
		forget,
	]);
	expect(said(stopping, { kind })[0]).toBe('web was told to end 3s ago; KILL follows in 7s.');
	expect(said({ tag: 'paused', since: now, frozen: now }, { kind })[1]).toBe(
		'archonctl resume web lets it go on.',
	);
});

test('one whose group failed says so, unless it runs', () => {
	const failedGroup = 'shop';
	const remark = 'group shop gave up: 6 restarts within 1m';
	expect(said({ tag: 'stopped' }, { remark, last: exit3 }, { failedGroup })[0]).toBe(
		'web was stopped because group shop gave up: 6 restarts within 1m (its last end: exit:3).',
	);
	const other = 'not ready: tcp:127.0.0.1:1: connection refused';
	expect(said({ tag: 'stopped' }, { remark: other }, { failedGroup })[0]).toBe('web was stopped by request.');
	expect(said({ tag: 'stopped' }, {}, { failedGroup }).at(-1)).toBe(
		'Its group shop failed; archonctl start shop starts all of it.',
	);
	expect(said({ tag: 'running', since: now }, {}, { failedGroup })).toEqual(['web is running.']);
});
