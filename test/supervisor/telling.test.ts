import { expect, test } from 'vitest';
import { isUntoldOfRun, isWithdrawn, whyFields } from '../../src/supervisor/telling.ts';
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
	expect(whyFields(entryIn({ tag: 'failed', why: { tag: 'ended', end } }), 'failed')).toEqual([
		'reason=ended with exit:3',
	]);
	expect(whyFields(entryIn({ tag: 'backoff', until: 0 }), 'backoff')).toEqual(['delay=0s']);
	expect(whyFields(entryIn(starting), 'starting')).toEqual(['reason=reloading']);
	expect(whyFields(entryIn(starting), 'started')).toEqual([]);
	expect([isWithdrawn(entryIn(starting)), isWithdrawn(entryIn(running))]).toEqual([true, false]);
});
