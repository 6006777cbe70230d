import { describe, expect, it } from 'vitest';
import type { Input, State } from '../../../src/process/state.ts';
import { isAutomatic, mayStart } from '../../../src/supervisor/graph/restarts.ts';
import { entryIn, running } from '../entries.ts';

const exited = (at: number): Input => ({
	tag: 'exited',
	end: { tag: 'exit', code: 1 },
	left: 0,
	at,
	chance: 0.5,
});

const stopping = (afterwards: 'stop' | 'start' | 'return' | 'settle'): State => ({
	tag: 'stopping',
	main: true,
	afterwards,
	forced: false,
	end: undefined,
	fault: undefined,
	since: 1,
});

describe('a restart by itself', () => {
	it('is the end of a back-off or of giving up, and an end after a long run', () => {
		expect(isAutomatic(entryIn({ tag: 'backoff', until: 1 }), { tag: 'timeout', at: 1 })).toBe(true);
		const failed: State = { tag: 'failed', why: { tag: 'limit', failures: 5, within: 1 } };
		expect(isAutomatic(entryIn(failed), { tag: 'timeout', at: 1 })).toBe(true);
		expect(isAutomatic(entryIn(running), exited(20_000))).toBe(true);
		expect(isAutomatic(entryIn(stopping('settle')), exited(20_000))).toBe(true);
	});

	it('may follow from what is asked or ends, not from a stop', () => {
		expect(mayStart(entryIn(running), exited(5))).toBe(true);
		expect(mayStart(entryIn(running), { tag: 'stop', grace: 0 })).toBe(false);
		expect(mayStart(entryIn(stopping('stop')), exited(5))).toBe(false);
		expect(mayStart(entryIn(stopping('stop')), { tag: 'start' })).toBe(true);
		expect(mayStart(entryIn(stopping('return')), exited(5))).toBe(true);
	});

	it('is none when a back-off comes first, and none that was asked for or that a dependency brings', () => {
		expect(isAutomatic(entryIn(running), exited(5))).toBe(false);
		expect(isAutomatic(entryIn(stopping('start')), exited(20_000))).toBe(false);
		expect(isAutomatic(entryIn(stopping('return')), exited(20_000))).toBe(false);
		expect(isAutomatic(entryIn({ tag: 'stopped' }), { tag: 'start' })).toBe(false);
		expect(isAutomatic(entryIn({ tag: 'waiting', why: '' }), { tag: 'release' })).toBe(false);
	});
});
