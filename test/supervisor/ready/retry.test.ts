import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { retry } from '../../../src/supervisor/ready/retry.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test('it tries at once, then after growing pauses of at most half a second, until it is good', async () => {
	const zero = performance.now();
	const tried: number[] = [];
	const told = vi.fn();
	const good = vi.fn();
	retry(
		() => {
			tried.push(performance.now() - zero);
			return Promise.resolve(tried.length < 10 ? `try ${tried.length}` : undefined);
		},
		{ told, good },
	);
	await vi.advanceTimersByTimeAsync(10_000);
	expect(tried).toEqual([0, 10, 30, 70, 150, 310, 630, 1130, 1630, 2130]);
	expect(told).toHaveBeenCalledTimes(9);
	expect(told).toHaveBeenLastCalledWith('try 9');
	expect(good).toHaveBeenCalledTimes(1);
	expect(vi.getTimerCount()).toBe(0);
});

test('given up, it says nothing more, and aborts what is under way', async () => {
	const told = vi.fn();
	const good = vi.fn();
	let given: AbortSignal | undefined;
	const answer = Promise.withResolvers<undefined>();
	const stop = retry(
		(signal) => {
			given = signal;
			return answer.promise;
		},
		{ told, good },
	);
	stop();
	expect(given?.aborted).toBe(true);
	answer.resolve(undefined);
	await vi.advanceTimersByTimeAsync(10_000);
	expect(told).not.toHaveBeenCalled();
	expect(good).not.toHaveBeenCalled();
});
