import { describe, expect, it } from 'vitest';
import { fresh } from '../../src/process/moves.ts';
import { afterEnd, type Ended } from '../../src/process/restart.ts';
import type { Spec } from '../../src/process/state.ts';
import { plain } from './picture.ts';

const ended = (code: number, at = 0, ran = 100, chance = 0.5): Ended => ({
	failure: { tag: 'ended', end: { tag: 'exit', code } },
	ran,
	at,
	chance,
});

/** The delays of ends one after another, until the policy gives up. */
function delays(spec: Spec, apart: number, chance = 0.5): (number | string)[] {
	let history = fresh;
	const seen: (number | string)[] = [];
	for (let n = 0; n < 12; n++) {
		const verdict = afterEnd(ended(1, n * apart, 100, chance), history, spec);
		seen.push(verdict.tag === 'backoff' ? verdict.delay : verdict.tag);
		if (verdict.tag !== 'backoff') {
			break;
		}
		history = verdict.history;
	}
	return seen;
}

describe('what follows an end', () => {
	it('is nothing after a good end, unless the policy is always', () => {
		expect(afterEnd(ended(0), fresh, plain).tag).toBe('exited');
		expect(afterEnd(ended(0), fresh, { ...plain, restart: 'always' }).tag).toBe('backoff');
	});

	it('calls exit 0 good, and what success adds', () => {
		const added = { ...plain, success: { codes: [143], signals: [] } };
		expect(afterEnd(ended(0), fresh, added).tag).toBe('exited');
		expect(afterEnd(ended(143), fresh, added).tag).toBe('exited');
		expect(afterEnd(ended(1), fresh, added).tag).toBe('backoff');
	});

	it('is failed after a bad end when the policy is never', () => {
		expect(afterEnd(ended(7), fresh, { ...plain, restart: 'never' })).toMatchObject({
			tag: 'failed',
			retry: 0,
		});
	});

	it('is a delay that doubles up to its bound', () => {
		const spec = { ...plain, backoff: { ...plain.backoff, to: 1000 } };
		expect(delays(spec, 60_000).slice(0, 5)).toEqual([200, 400, 800, 1000, 1000]);
	});

	it('varies by the jitter and no more, and never over the bound', () => {
		expect(delays(plain, 60_000, 0)[0]).toBe(180);
		expect(delays(plain, 60_000, 0.999999)[0]).toBe(220);
		const tight = { ...plain, backoff: { ...plain.backoff, to: 200 } };
		expect(delays(tight, 60_000, 0.999999)[0]).toBe(200);
	});

	it('is giving up with the end that reaches the limit', () => {
		expect(delays(plain, 1000)).toEqual([200, 400, 800, 1600, 'failed']);
	});

	it('counts no ends from before the clock was set back', () => {
		const history = { ...fresh, ends: Array(plain.limit.failures - 1).fill(2 * plain.limit.within) };
		expect(afterEnd(ended(1, 2 * plain.limit.within), history, plain).tag).toBe('failed');
		expect(afterEnd(ended(1, 0), history, plain)).toMatchObject({ tag: 'backoff', history: { ends: [0] } });
	});

	it('counts only ends within the time of the limit', () => {
		expect(delays(plain, 10_001)).not.toContain('failed');
	});

	it('is a start at once after a run longer than reset, and the row begins anew', () => {
		const verdict = afterEnd(ended(1, 50_000, 10_001), { restarts: 3, row: 3, ends: [] }, plain);
		expect(verdict).toMatchObject({ tag: 'now', history: { row: 0, restarts: 3 } });
	});

	it('takes the ends that success names for good ones', () => {
		const spec = { ...plain, success: { codes: [0, 143], signals: ['TERM'] } };
		expect(afterEnd(ended(143), fresh, spec).tag).toBe('exited');
		const byTerm: Ended = {
			failure: { tag: 'ended', end: { tag: 'signal', signal: 'TERM' } },
			ran: 0,
			at: 0,
			chance: 0,
		};
		expect(afterEnd(byTerm, fresh, spec).tag).toBe('exited');
	});

	it('tries again after a start that failed', () => {
		const broken: Ended = {
			failure: { tag: 'not-started', step: 'exec', text: '' },
			ran: 0,
			at: 0,
			chance: 0.5,
		};
		expect(afterEnd(broken, fresh, plain).tag).toBe('backoff');
	});
});
