import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { probing } from '../../../src/supervisor/health/probing.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

function begin(answers: (string | undefined)[], { failures = 2, chance = 0.5, takes = 0 } = {}) {
	const told: string[] = [];
	const begun: number[] = [];
	const signals: AbortSignal[] = [];
	const zero = performance.now();
	const stop = probing(100, failures, {
		attempt: async (signal) => {
			begun.push(performance.now() - zero);
			signals.push(signal);
			await new Promise((resolve) => setTimeout(resolve, takes));
			return answers.shift();
		},
		failed: (why) => told.push(why),
		good: () => told.push('good'),
		chance,
	});
	return { told, begun, signals, stop };
}

test('the first one comes somewhere within the interval, the next ones an interval later each', async () => {
	const { begun, stop } = begin([], { chance: 0.25, takes: 10 });
	await vi.advanceTimersByTimeAsync(400);
	expect(begun).toEqual([25, 125, 225, 325]);
	stop();
	await vi.advanceTimersByTimeAsync(400);
	expect(begun).toHaveLength(4);
	expect(vi.getTimerCount()).toBe(0);
});

test('one that takes longer than the interval puts the next one off', async () => {
	const { begun, stop } = begin([], { chance: 0, takes: 250 });
	await vi.advanceTimersByTimeAsync(600);
	expect(begun).toEqual([0, 251, 502]);
	stop();
});

test('only so many failures in a row count', async () => {
	const { told, stop } = begin(['a', undefined, 'b', 'c', 'd', undefined, 'e'], { failures: 2 });
	await vi.advanceTimersByTimeAsync(650);
	expect(told).toEqual(['good', 'c', 'd', 'good']);
	stop();
});

test('stopped while one is under way, it says nothing more', async () => {
	const { told, signals, stop } = begin(['a'], { failures: 1, chance: 0, takes: 50 });
	await vi.advanceTimersByTimeAsync(10);
	stop();
	expect(signals[0]?.aborted).toBe(true);
	await vi.advanceTimersByTimeAsync(500);
	expect(told).toEqual([]);
	expect(signals).toHaveLength(1);
});

test('it goes on from a count, and tells each that is another', async () => {
	const counted = vi.fn();
	const failed = vi.fn();
	const answers = ['a', 'b', undefined, undefined];
	const attempt = async () => answers.shift();
	const stop = probing(100, 3, { attempt, failed, good: vi.fn(), chance: 0, inRow: 2, counted });
	await vi.advanceTimersByTimeAsync(350);
	expect(failed.mock.calls).toEqual([['a'], ['b']]);
	expect(counted.mock.calls).toEqual([[3], [0]]);
	stop();
});
