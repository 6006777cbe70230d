import { longestDuration } from '../base/duration.ts';
import type { FieldOf } from '../events/fields.ts';
import { isSameTimer, type Next, type Now, nextFiring, nextText, timeLeft } from '../service/next.ts';
import type { Timer } from '../service/service.ts';
import type { Entry } from './entry.ts';
import type { Further } from './further.ts';

export type TimerPorts = {
	readonly now: () => Now;
	/** Calls back whenever somebody set the clock or the system slept; asked for when the first needs it. */
	readonly onClockMoved: (moved: () => void) => void;
	/** Feeds an input to an entry's life: its time has come; its reason has changed; it waits for no time any more. */
	readonly apply: (entry: Entry, input: { readonly tag: 'fire' | 'hold' | 'release' }) => void;
	/** Runs beside the one of an entry that still runs. */
	readonly further: Pick<Further, 'isRoom' | 'begin'>;
	/** When an entry fires next has changed, whatever becomes of its life. */
	readonly rearmed: (entry: Entry) => void;
	/** The event `timer`. */
	readonly tell: (entry: Entry, fields: readonly FieldOf<'timer'>[]) => void;
};

type Armed = {
	readonly timer: Timer;
	next: Next;
	/** The firing before, by the timer's own clock. */
	last: number | undefined;
	/** The reason while it waits. */
	text: string;
};

/**
 * The timers of services (`every`, `cron`): when they fire, and that between firings the service waits. One setTimeout,
 * for whichever fires next, serves all of them.
 *
 * A service with a timer is `waiting` between its runs, because `held` says so; a firing and a `Start` by request make
 * it `due`, so that it is held no longer until it has started. What fires while it still runs is told and left out, or
 * with `overlap` a further run. A time that passes while the system sleeps, or that the clock is set over, fires once.
 */
export class Timers {
	readonly #ports: TimerPorts;
	readonly #armed = new Map<Entry, Armed>();
	readonly #due = new Set<Entry>();
	#timeout: NodeJS.Timeout | undefined;
	/** When the timeout comes, by the steady clock. */
	#wakes = Number.POSITIVE_INFINITY;
	#isClockWatched = false;

	constructor(ports: TimerPorts) {
		this.#ports = ports;
	}

	/** Why a start has to wait now: for its time; undefined when that has come, or there is none. */
	held(entry: Entry): string | undefined {
		const timer = entry.service?.timer;
		if (timer === undefined || this.#due.has(entry)) {
			return undefined;
		}
		const { tag } = entry.life.state;
		return tag === 'waiting' || tag === 'stopped' ? this.#arm(entry, timer).text : undefined;
	}

	/** Milliseconds until it fires next; undefined for one that has no timer, or no further time. */
	left(entry: Entry): number | undefined {
		const armed = this.#armed.get(entry);
		const left = armed && timeLeft(armed.next, this.#ports.now());
		return Number.isFinite(left) ? left : undefined;
	}

	/** When it fires next, milliseconds since 1970; undefined for one that has no timer, or no further time. */
	fires(entry: Entry): number | undefined {
		const left = this.left(entry);
		return left === undefined ? undefined : this.#ports.now().wall + left;
	}

	/** It fires when it would have under a daemon that died, at once where that is past. */
	restore(entry: Entry, at: number): void {
		const { timer } = entry.service ?? {};
		const now = this.#ports.now();
		if (timer !== undefined) {
			const steady = { clock: 'steady', at: now.steady + at - now.wall } as const;
			this.#put(entry, timer, timer.tag === 'every' ? steady : { clock: 'wall', at });
		}
	}

	/** Somebody asked for a start: it does not wait for its time. To be called before the life hears of it. */
	asked(entry: Entry): void {
		if (entry.service?.timer !== undefined) {
			this.#due.add(entry);
		}
	}

	/** To be called after each change of an entry's life, and of what its service says of its timer. */
	changed(entry: Entry): void {
		const timer = entry.service?.timer;
		const { state } = entry.life;
		if (timer === undefined || state.tag === 'stopped') {
			const isArmed = this.#armed.has(entry);
			this.forget(entry);
			if (isArmed && state.tag === 'waiting') {
				this.#ports.apply(entry, { tag: 'release' });
			}
			return;
		}
		if (state.tag !== 'waiting') {
			this.#due.delete(entry);
		}
		const { text } = this.#arm(entry, timer);
		if (state.tag === 'waiting' && state.why !== text && !this.#due.has(entry)) {
			this.#refresh(entry, state.why);
		}
	}

	/** It has no timer any more, or is gone. */
	forget(entry: Entry): void {
		this.#armed.delete(entry);
		this.#due.delete(entry);
	}

	/** Not again for what is held by something else as well, which then is its reason. */
	#refresh(entry: Entry, why: string): void {
		if (why === '' || why.startsWith('next at ')) {
			this.#ports.apply(entry, { tag: 'hold' });
		}
	}

	#arm(entry: Entry, timer: Timer): Armed {
		const known = this.#armed.get(entry);
		if (known !== undefined && isSameTimer(known.timer, timer)) {
			return known;
		}
		return this.#put(entry, timer, nextFiring(timer, this.#ports.now()));
	}

	#put(entry: Entry, timer: Timer, next: Next): Armed {
		const now = this.#ports.now();
		const armed = { timer, next, last: undefined, text: nextText(timer, next, now) };
		this.#armed.set(entry, armed);
		if (timer.tag === 'cron' && !this.#isClockWatched) {
			this.#isClockWatched = true;
			this.#ports.onClockMoved(() => this.#fireDue(true));
		}
		this.#wakeIn(timeLeft(next, now), now);
		return armed;
	}

	#wakeIn(ms: number, now: Now): void {
		if (now.steady + ms >= this.#wakes) {
			return;
		}
		clearTimeout(this.#timeout);
		const wait = Math.min(longestDuration, Math.max(1, Math.ceil(ms)));
		this.#wakes = now.steady + wait;
		this.#timeout = setTimeout(() => this.#fireDue(false), wait);
	}

	#fireDue(isClockMoved: boolean): void {
		const now = this.#ports.now();
		for (const [entry, armed] of [...this.#armed]) {
			const isDue = timeLeft(armed.next, now) <= 0;
			if (this.#armed.get(entry) !== armed) {
				// What came before has ended it.
				continue;
			}
			if (isDue) {
				armed.last = armed.next?.at;
			}
			if (isDue || (isClockMoved && armed.timer.tag === 'cron')) {
				armed.next = nextFiring(armed.timer, now, armed.last);
				this.#ports.rearmed(entry);
			}
			if (isDue || isClockMoved) {
				armed.text = nextText(armed.timer, armed.next, now);
			}
			if (isDue) {
				this.#fire(entry);
			} else if (isClockMoved) {
				this.changed(entry);
			}
		}
		clearTimeout(this.#timeout);
		this.#wakes = Number.POSITIVE_INFINITY;
		const soonest = Array.from(this.#armed.values(), ({ next }) => timeLeft(next, now));
		const least = soonest.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
		if (least < Number.POSITIVE_INFINITY) {
			this.#wakeIn(least, now);
		}
	}

	#fire(entry: Entry): void {
		const { further, tell, apply } = this.#ports;
		const { service } = entry;
		const { tag } = entry.life.state;
		if (service?.timer === undefined || tag === 'stopped') {
			return;
		}
		if (tag === 'waiting' || tag === 'backoff' || tag === 'failed' || tag === 'exited') {
			tell(entry, this.#due.has(entry) ? ['reason=still waiting'] : []);
			this.#due.add(entry);
			apply(entry, { tag: 'fire' });
		} else if (service.timer.overlap && tag !== 'stopping' && further.isRoom(entry)) {
			tell(entry, []);
			further.begin(entry, service);
		} else {
			tell(entry, ['reason=still running']);
		}
	}
}
