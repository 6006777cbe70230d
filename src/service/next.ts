import { Cron } from 'croner';
import type { Timer } from './service.ts';

/** Now, by both clocks: milliseconds since 1970, which anyone may set, and of a clock that only ever goes on. */
export type Now = { readonly wall: number; readonly steady: number };

/** When a timer fires next, by the clock it goes by; undefined: never again. */
export type Next = { readonly clock: keyof Now; readonly at: number } | undefined;

/** A clock that is set back by at most that much, milliseconds, fires nothing twice (as in Vixie cron). */
const setBackMost = 3 * 3_600_000;

/**
 * The firing after now. `last` is the one before, by the timer's own clock; without it `every` counts from now. What
 * was missed meanwhile is left out: the next one is always in the future.
 */
export function nextFiring(timer: Timer, now: Now, last?: number): Next {
	if (timer.tag === 'every') {
		const from = last ?? now.steady;
		const missed = Math.max(0, Math.floor((now.steady - from) / timer.every));
		return { clock: 'steady', at: from + (missed + 1) * timer.every };
	}
	const isSetBack = last !== undefined && last > now.wall && last - now.wall <= setBackMost;
	const at = cronOf(timer).nextRun(new Date(isSetBack ? last : now.wall));
	return at === null ? undefined : { clock: 'wall', at: at.getTime() };
}

/** Milliseconds until then, at most 0 when it is due. */
export function timeLeft(next: Next, now: Now): number {
	return next === undefined ? Number.POSITIVE_INFINITY : next.at - now[next.clock];
}

/** As `Status` shows it, in the time zone of a cron expression: `next at 2026-11-22T03:00:00+00:00`. */
export function nextText(timer: Timer, next: Next, now: Now): string {
	if (next === undefined) {
		return 'no further time';
	}
	const ms = now.wall + timeLeft(next, now);
	return `next at ${timer.tag === 'every' ? inUtc(ms) : inZone(ms, timer.timezone)}`;
}

/** Whether both fire at the same times. */
export function isSameTimer(one: Timer, other: Timer): boolean {
	return one.tag === 'every'
		? other.tag === 'every' && one.every === other.every
		: other.tag === 'cron' && one.cron === other.cron && one.timezone === other.timezone;
}

/** What was read of an expression is kept as long as the timer is. */
const crons = new WeakMap<Timer, Cron>();

/** Only ever asked for the next time; it has no timer of its own. */
function cronOf(timer: Extract<Timer, { tag: 'cron' }>): Cron {
	const known = crons.get(timer);
	if (known !== undefined) {
		return known;
	}
	const cron = new Cron(timer.cron, { timezone: timer.timezone, paused: true, mode: '5-part' });
	crons.set(timer, cron);
	return cron;
}

function inUtc(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

function inZone(ms: number, zone: string): string {
	return zone === 'UTC'
		? inUtc(ms)
		: Temporal.Instant.fromEpochMilliseconds(ms)
				.toZonedDateTimeISO(zone)
				.toString({ smallestUnit: 'second', timeZoneName: 'never' });
}
