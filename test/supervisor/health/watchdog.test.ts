import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watchdog } from '../../../src/supervisor/health/watchdog.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

test('it is missed when nobody feeds it for its time, once', () => {
	const missed = vi.fn();
	const dog = new Watchdog(100, { missed });
	vi.advanceTimersByTime(99);
	expect(missed).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1000);
	expect(missed).toHaveBeenCalledTimes(1);
	dog.feed();
	vi.advanceTimersByTime(99);
	expect(missed).toHaveBeenCalledTimes(1);
	vi.advanceTimersByTime(1);
	expect(missed).toHaveBeenCalledTimes(2);
	dog.stop();
});

test('feeding it, however often, sets no timer', () => {
	const missed = vi.fn();
	const dog = new Watchdog(100, { missed });
	const set = vi.spyOn(globalThis, 'setTimeout');
	for (let n = 0; n < 100; n++) {
		vi.advanceTimersByTime(10);
		dog.feed();
	}
	expect(missed).not.toHaveBeenCalled();
	expect(set.mock.calls.length).toBeLessThan(15);
	dog.stop();
	vi.advanceTimersByTime(1000);
	expect(missed).not.toHaveBeenCalled();
	expect(vi.getTimerCount()).toBe(0);
	set.mockRestore();
});

test('fed by a daemon before, its time goes on; what was not heard yet is heard before it is missed', () => {
	const missed = vi.fn();
	const hear = vi.fn();
	const dog = new Watchdog(100, { missed, hear, fed: 70 });
	hear.mockImplementationOnce(() => dog.feed());
	vi.advanceTimersByTime(31);
	expect(hear).toHaveBeenCalledTimes(1);
	vi.advanceTimersByTime(95);
	expect(missed).not.toHaveBeenCalled();
	vi.advanceTimersByTime(10);
	expect(missed).toHaveBeenCalledTimes(1);
	const late = new Watchdog(100, { missed, fed: 5000, hear: () => late.stop() });
	vi.advanceTimersByTime(200);
	expect(missed).toHaveBeenCalledTimes(1);
});
