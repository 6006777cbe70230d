import { expect, test } from 'vitest';
import { isSameTimer, nextFiring, nextText, timeLeft } from '../../src/service/next.ts';
import type { Timer } from '../../src/service/service.ts';

const hour = 3_600_000;

function cron(expression: string, timezone = 'UTC'): Timer {
	return { tag: 'cron', cron: expression, timezone, overlap: false };
}

function every(ms: number): Timer {
	return { tag: 'every', every: ms, overlap: false };
}

/** The next times after a moment, as `Status` shows them. */
function times(timer: Timer, from: string, count: number): string[] {
	const texts: string[] = [];
	let now = { wall: Date.parse(from), steady: 0 };
	for (let n = 0; n < count; n++) {
		const next = nextFiring(timer, now);
		texts.push(nextText(timer, next, now).replace('next at ', ''));
		now = { wall: next?.at ?? 0, steady: 0 };
	}
	return texts;
}

test('every counts from the firing before, and at first from now', () => {
	const now = { wall: 0, steady: 500 };
	expect(nextFiring(every(300), now)).toEqual({ clock: 'steady', at: 800 });
	expect(nextFiring(every(300), now, 450)).toEqual({ clock: 'steady', at: 750 });
});

test.each([
	[0, 1000],
	[999, 1000],
	[1000, 2000],
	[1001, 2000],
	[5500, 6000],
])('what was missed is left out: %i ms after the firing before the next one is at %i', (steady, at) => {
	expect(nextFiring(every(1000), { wall: 0, steady }, 0)).toEqual({ clock: 'steady', at });
});

test('the shortest and the longest time between firings', () => {
	expect(nextFiring(every(1), { wall: 0, steady: 7 }, 6)).toEqual({ clock: 'steady', at: 8 });
	expect(nextFiring(every(2 ** 31 - 1), { wall: 0, steady: 7 })).toEqual({
		clock: 'steady',
		at: 2 ** 31 + 6,
	});
});

test('a cron expression means the time of its zone', () => {
	expect(times(cron('0 3 * * *'), '2026-11-21T16:00:00Z', 2)).toEqual([
		'2026-11-22T03:00:00+00:00',
		'2026-11-23T03:00:00+00:00',
	]);
	expect(times(cron('0 3 * * *', 'America/New_York'), '2026-11-21T16:00:00Z', 1)).toEqual([
		'2026-11-22T03:00:00-05:00',
	]);
});

test('an hour that summer time leaves out fires once, behind it', () => {
	expect(times(cron('30 1 * * *', 'Europe/Lisbon'), '2026-03-28T12:00:00Z', 2)).toEqual([
		'2026-03-29T02:00:00+01:00',
		'2026-03-30T01:30:00+01:00',
	]);
});

test('an hour that comes twice fires once', () => {
	expect(times(cron('30 1 * * *', 'Europe/Lisbon'), '2026-10-24T12:00:00Z', 2)).toEqual([
		'2026-10-25T01:30:00+01:00',
		'2026-10-26T01:30:00+00:00',
	]);
});

test('day of month and weekday: either', () => {
	expect(times(cron('0 0 1 * MON'), '2026-11-21T00:00:00Z', 3)).toEqual([
		'2026-11-23T00:00:00+00:00',
		'2026-11-30T00:00:00+00:00',
		'2026-12-01T00:00:00+00:00',
	]);
});

test('the time itself is not the next one', () => {
	const at = Date.parse('2026-11-22T03:00:00Z');
	expect(nextFiring(cron('0 3 * * *'), { wall: at, steady: 0 })?.at).toBe(at + 24 * hour);
	expect(nextFiring(cron('0 3 * * *'), { wall: at - 1, steady: 0 })?.at).toBe(at);
});

test.each([
	[1, 24 * hour],
	[3 * hour, 24 * hour],
	[3 * hour + 1, 0],
])('a clock that is set back by %i ms after a firing', (back, later) => {
	const at = Date.parse('2026-11-22T03:00:00Z');
	expect(nextFiring(cron('0 3 * * *'), { wall: at - back, steady: 0 }, at)?.at).toBe(at + later);
});

test('what never comes has no next time', () => {
	const never = cron('0 0 31 2 *');
	const now = { wall: Date.parse('2026-11-22T03:00:00Z'), steady: 0 };
	const next = nextFiring(never, now);
	expect([next, timeLeft(next, now), nextText(never, next, now)]).toEqual([
		undefined,
		Number.POSITIVE_INFINITY,
		'no further time',
	]);
});

test('the time left goes by the clock of the timer', () => {
	const now = { wall: 1000, steady: 50 };
	expect(timeLeft({ clock: 'steady', at: 80 }, now)).toBe(30);
	expect(timeLeft({ clock: 'wall', at: 400 }, now)).toBe(-600);
	expect(nextText(every(1), { clock: 'steady', at: 3050 }, now)).toBe('next at 1970-01-01T00:00:04+00:00');
});

test('timers are the same when they fire at the same times', () => {
	expect(isSameTimer(every(5), { ...every(5), overlap: true })).toBe(true);
	expect(isSameTimer(every(5), every(6))).toBe(false);
	expect(isSameTimer(every(5), cron('0 3 * * *'))).toBe(false);
	expect(isSameTimer(cron('0 3 * * *'), cron('0 3 * * *'))).toBe(true);
	expect(isSameTimer(cron('0 3 * * *'), cron('0 4 * * *'))).toBe(false);
	expect(isSameTimer(cron('0 3 * * *'), cron('0 3 * * *', 'Europe/Lisbon'))).toBe(false);
});
