import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startClocks } from '../../../src/supervisor/health/clocks.ts';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const check = { tag: 'tcp', host: '::1', port: 80 } as const;
const plain = {
	watchdog: undefined,
	probe: undefined,
	chance: 0,
	attempt: vi.fn(),
	ill: vi.fn(),
	well: vi.fn(),
};

test('who has neither watchdog nor probe has no timer', () => {
	const clocks = startClocks(plain);
	expect(vi.getTimerCount()).toBe(0);
	clocks.feed();
	clocks.stop();
	startClocks({ ...plain, watchdog: 0 });
	expect(vi.getTimerCount()).toBe(0);
});

test('a watchdog that is not fed is said with its interval', () => {
	const ill = vi.fn();
	const clocks = startClocks({ ...plain, watchdog: 1000, ill });
	vi.advanceTimersByTime(900);
	clocks.feed();
	vi.advanceTimersByTime(900);
	expect(ill).not.toHaveBeenCalled();
	vi.advanceTimersByTime(100);
	expect(ill.mock.calls).toEqual([['watchdog', 'no WATCHDOG=1 for 1s']]);
});

test('a probe that fails is said with its check, and all ends together', async () => {
	const ill = vi.fn();
	const well = vi.fn();
	const attempt = vi.fn().mockResolvedValueOnce(undefined).mockResolvedValue('connection refused');
	const probe = { check, every: 100, timeout: 50, failures: 2 };
	const clocks = startClocks({ ...plain, watchdog: 60_000, probe, attempt, ill, well });
	await vi.advanceTimersByTimeAsync(250);
	expect(attempt).toHaveBeenCalledWith(check, { timeout: 50, signal: expect.any(AbortSignal) });
	expect(well.mock.calls).toEqual([['probe']]);
	expect(ill.mock.calls).toEqual([['probe', 'tcp:[::1]:80: connection refused']]);
	clocks.stop();
	expect(vi.getTimerCount()).toBe(0);
});

test("another interval is the watchdog's from then on, and the probe counts on", async () => {
	const ill = vi.fn();
	const attempt = vi.fn().mockResolvedValue('connection refused');
	const probe = { check, every: 100, timeout: 50, failures: 3 };
	const clocks = startClocks({ ...plain, watchdog: 150, probe, attempt, ill });
	for (let n = 0; n < 3; n++) {
		await vi.advanceTimersByTimeAsync(80);
		clocks.every(150);
	}
	expect(ill.mock.calls).toEqual([['probe', 'tcp:[::1]:80: connection refused']]);
	clocks.every(0);
	await vi.advanceTimersByTimeAsync(99);
	clocks.every(50);
	await vi.advanceTimersByTimeAsync(50);
	expect(ill.mock.calls.at(-1)).toEqual(['watchdog', 'no WATCHDOG=1 for 50ms']);
	clocks.stop();
	expect(vi.getTimerCount()).toBe(0);
});
