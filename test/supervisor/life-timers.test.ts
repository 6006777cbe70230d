import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { State } from '../../src/process/state.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { LifeTimers } from '../../src/supervisor/life-timers.ts';
import { newEntry } from '../../src/supervisor/new-entry.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function timed(tag: State['tag']) {
	const [hear, over] = [vi.fn<(entry: Entry) => void>(), vi.fn<(entry: Entry) => void>()];
	const entry = newEntry('web', 'daemon');
	entry.life = { ...entry.life, state: { tag } as State };
	return { entry, hear, over, timers: new LifeTimers({ hear, over }) };
}

test('a start is over in its time, and what it said is heard first', () => {
	const { entry, hear, over, timers } = timed('starting');
	timers.arm(entry, 100);
	vi.advanceTimersByTime(99);
	expect(hear).not.toHaveBeenCalled();
	vi.advanceTimersByTime(1);
	expect(hear).toHaveBeenCalledTimes(1);
	expect(over).toHaveBeenCalledTimes(1);
	expect(entry.timer).toBe(undefined);
});

test('one that is heard to be ready, or to have more time, is not over', () => {
	const { entry, hear, over, timers } = timed('starting');
	hear.mockImplementationOnce(() => timers.arm(entry, 50)).mockImplementationOnce(() => timers.disarm(entry));
	timers.arm(entry, 100);
	vi.advanceTimersByTime(1000);
	expect(hear).toHaveBeenCalledTimes(2);
	expect(over).not.toHaveBeenCalled();
});

test('one whose time was over while nobody listened is looked at for a second, once', () => {
	const { entry, hear, over, timers } = timed('starting');
	const due = Date.now() - 500;
	timers.rearm(entry, due);
	vi.advanceTimersByTime(999);
	expect(over).not.toHaveBeenCalled();
	expect(entry.due).toBe(due);
	vi.advanceTimersByTime(1);
	expect(hear).toHaveBeenCalledTimes(2);
	expect(over).toHaveBeenCalledTimes(1);
});

test('one that is a little late is over', () => {
	const { entry, over, timers } = timed('starting');
	timers.rearm(entry, Date.now() - 499);
	vi.advanceTimersByTime(0);
	expect(over).toHaveBeenCalledTimes(1);
});

test('any other time is over however late it is', () => {
	const { entry, hear, over, timers } = timed('backoff');
	timers.rearm(entry, Date.now() - 60_000);
	vi.advanceTimersByTime(0);
	expect(over).toHaveBeenCalledTimes(1);
	expect(hear).not.toHaveBeenCalled();
	timers.rearm(entry, 0);
	expect(vi.getTimerCount()).toBe(0);
});

test('two that exchange their lives exchange their timers', () => {
	const { entry, over, timers } = timed('backoff');
	const other = newEntry('other', 'daemon');
	timers.arm(entry, 100);
	timers.swapped(entry, other);
	expect(entry.timer).toBe(undefined);
	vi.advanceTimersByTime(100);
	expect(over).toHaveBeenCalledExactlyOnceWith(other);
});
