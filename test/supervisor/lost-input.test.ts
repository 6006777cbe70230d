import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import { plainService } from '../../src/service/defaults.ts';
import { lostInput } from '../../src/supervisor/lost-input.ts';
import { entryIn, running } from './entries.ts';

test('what must have been fed goes by the state before the start that was begun', () => {
	const fed = (state: State) => lostInput(entryIn(state))?.tag;
	const stopping = {
		tag: 'stopping',
		afterwards: 'stop',
		forced: false,
		end: undefined,
		fault: undefined,
		since: 0,
	} as const;
	const why = { tag: 'limit', failures: 5, within: 1 } as const;
	expect(fed({ tag: 'waiting', why: '' })).toBe('release');
	expect(fed({ tag: 'backoff', until: 1 })).toBe('timeout');
	expect([false, true].map((main) => fed({ ...stopping, main }))).toEqual(['swept', undefined]);
	expect([fed({ tag: 'stopped' }), fed({ tag: 'exited' }), fed({ tag: 'failed', why })]).toEqual([
		'start',
		'start',
		'start',
	]);
	expect(fed(running)).toBeUndefined();
});

test('one that waits for its time had it', () => {
	const timer = { every: 1000 } as never;
	const entry = entryIn(
		{ tag: 'waiting', why: '' },
		{ service: { ...plainService, name: 'job', run: ['job'], timer } },
	);
	expect(lostInput(entry)).toEqual({ tag: 'fire' });
});
