import { expect, test } from 'vitest';
import type { Entry } from '../../src/supervisor/entry.ts';
import { isUntoldOfRun, isWithdrawn, type Told, tellLife } from '../../src/supervisor/telling.ts';
import { entryIn, running } from './entries.ts';

const end = { tag: 'exit', code: 3 } as const;
const starting = { tag: 'starting', first: false, spawned: true, since: 5 } as const;

test('a Run is told as started and exited, and as failed only where it could not be started', () => {
	const run = entryIn(running, { kind: 'run' });
	expect(
		(['starting', 'started', 'ready', 'exited'] as const).filter((it) => isUntoldOfRun(run, it)),
	).toEqual(['starting', 'ready']);
	expect(isUntoldOfRun(entryIn({ tag: 'failed', why: { tag: 'ended', end } }), 'failed')).toBe(true);
	const broken = { tag: 'not-started', step: 'exec', text: 'permission denied' } as const;
	expect(isUntoldOfRun(entryIn({ tag: 'failed', why: broken }), 'failed')).toBe(false);
});

test('a giving up is told with its reason, a waiting with how long, a readiness taken back as reloading', () => {
	const failed = entryIn({ tag: 'failed', why: { tag: 'ended', end } });
	expect(toldOf(failed, 'failed')).toEqual(['process.failed', 'reason=ended with exit:3']);
	const limit = { tag: 'failed', why: { tag: 'limit', failures: 5, within: 10_000 } } as const;
	expect(toldOf(entryIn(limit, { last: end }), 'failed')).toEqual([
		'process.failed',
		'reason=ended 5 times within 10s (its last end: exit:3)',
	]);
	expect(toldOf(entryIn(limit, { last: end, remark: 'exec: permission denied' }), 'failed')).toEqual([
		'process.failed',
		'reason=exec: permission denied; ended 5 times within 10s',
	]);
	expect(toldOf(failed, 'exited', end)).toEqual(['process.exited', 'exit=3']);
	expect(toldOf(entryIn({ tag: 'backoff', until: 0 }), 'backoff')).toEqual(['process.backoff', 'delay=0s']);
	expect(toldOf(entryIn(starting), 'starting')).toEqual(['process.starting', 'reason=reloading']);
	expect(toldOf(entryIn(running), 'starting')).toEqual(['process.starting']);
	expect(toldOf(entryIn(starting), 'started')).toEqual(['process.started']);
	expect([isWithdrawn(entryIn(starting)), isWithdrawn(entryIn(running))]).toEqual([true, false]);
});

function toldOf(entry: Entry, type: Told, ended?: typeof end): string[] {
	const told: string[] = [];
	tellLife({ tell: (_, as, fields = []) => void told.push(as, ...fields) }, entry, type, ended);
	return told;
}
