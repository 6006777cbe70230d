import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clock } from '../../src/policy/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A clock, and what sets the wall clock forward by so many milliseconds. */
function clock() {
	const moved: (() => void)[] = [];
	const made = new Clock((then) => moved.push(then));
	const rung: string[] = [];
	const set = (ms: number) => {
		vi.setSystemTime(Date.now() + ms);
		for (const then of moved) {
			then();
		}
	};
	return { clock: made, rung, set, watchers: () => moved.length };
}

test('It calls back once when it is time, and never from within.', () => {
	const { clock: time, rung, watchers } = clock();
	time.at(time.steady() - 5, () => rung.push('past'), 'steady');
	time.at(time.steady() + 100, () => rung.push('soon'), 'steady');
	time.at(time.now() + 200, () => rung.push('date'));
	time.at(time.now() + 300, () => rung.push('later'));
	expect([rung, watchers()]).toEqual([[], 1]);
	vi.advanceTimersByTime(99);
	expect(rung).toEqual(['past']);
	vi.advanceTimersByTime(1);
	expect(rung).toEqual(['past', 'soon']);
	vi.advanceTimersByTime(1000);
	expect(rung).toEqual(['past', 'soon', 'date', 'later']);
});

test('What is called off does not come, nor anything after the end.', () => {
	const { clock: time, rung } = clock();
	const off = time.at(time.now() + 10, () => rung.push('off'));
	time.at(time.now() + 20, () => rung.push('closed'));
	off();
	off();
	time.close();
	vi.advanceTimersByTime(100);
	expect(rung).toEqual([]);
});

test('A date comes when the clock is set beyond it, the steady time does not.', () => {
	const { clock: time, rung, set } = clock();
	time.at(time.now() + 10_000, () => rung.push('date'));
	time.at(time.steady() + 10_000, () => rung.push('steady'), 'steady');
	set(10_000);
	vi.advanceTimersByTime(1);
	expect(rung).toEqual(['date']);
	set(-5000);
	vi.advanceTimersByTime(9999);
	expect(rung).toEqual(['date', 'steady']);
});

test('A date that the clock is set back from comes later by as much.', () => {
	const { clock: time, rung, set } = clock();
	time.at(time.now() + 100, () => rung.push('date'));
	set(-1000);
	vi.advanceTimersByTime(1099);
	expect(rung).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(rung).toEqual(['date']);
});

test('A date may be further away than a timeout lasts.', () => {
	const { clock: time, rung } = clock();
	const year = 365 * 86_400_000;
	time.at(time.now() + year, () => rung.push('date'));
	vi.advanceTimersByTime(year - 1);
	expect(rung).toEqual([]);
	vi.advanceTimersByTime(1);
	expect(rung).toEqual(['date']);
});
