import { expect, test } from 'vitest';
import { Limit } from '../../src/rules/limit.ts';

test('It is reached by as many firings within that time, and not any more once the oldest is that old.', () => {
	const limit = new Limit({ times: 2, within: 1000 });
	expect(limit.isReached(0)).toBe(false);
	limit.count(0);
	expect(limit.isReached(0)).toBe(false);
	limit.count(400);
	expect([limit.isReached(400), limit.isReached(999), limit.isReached(1000)]).toEqual([true, true, false]);
	limit.count(1000);
	expect([limit.isReached(1399), limit.isReached(1400)]).toEqual([true, false]);
	expect(limit.fired).toEqual([400, 1000]);
});

test('Once is a limit, too.', () => {
	const limit = new Limit({ times: 1, within: 10 });
	limit.count(5);
	expect([limit.isReached(14), limit.isReached(15), limit.fired]).toEqual([true, false, [5]]);
});

test('A firing that lies far ahead, because the clock was set back, does not count.', () => {
	const limit = new Limit({ times: 1, within: 1000 });
	limit.count(1_000_000);
	expect([limit.isReached(5), limit.isReached(999_500)]).toEqual([false, true]);
});
