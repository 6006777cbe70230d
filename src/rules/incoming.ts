import { type Event, type Gap, isGap } from '../events/event.ts';
import type { Place } from './diary-page.ts';
import type { InForce } from './in-force.ts';
import { Queue } from './queue.ts';
import { weightOf } from './weight.ts';

/** Events that some files have still to hear. */
export type Missed = {
	readonly places: ReadonlyMap<string, Place>;
	/** The number of the event that comes next. */
	next: number;
	left: number;
	/** The number of the last one. */
	readonly last: number;
};

/** An event that waits to be looked at: by all rules, or by those of files that have missed it. */
export type Heard = { readonly event: Event; readonly missed: Missed | undefined };

/** Which of all rules are to hear it: of those of a file that has missed it the ones that have not answered. */
export function meantBy({ event, missed }: Heard, rules: readonly InForce[]): (rule: InForce) => boolean {
	if (missed === undefined) {
		return () => true;
	}
	return (rule) => {
		const [from, title] = missed.places.get(rule.rule.file) ?? [Number.POSITIVE_INFINITY, ''];
		if (event.seq !== from || title === '') {
			return event.seq >= from;
		}
		const of = rules.filter((one) => one.rule.file === rule.rule.file);
		const first = of.findIndex((one) => one.rule.title === title);
		return first >= 0 && of.indexOf(rule) >= first;
	};
}

/** The events that wait to be looked at, and how far it is that all have been. */
export class Incoming {
	readonly #events = new Queue<Heard>(({ event }) => weightOf(event));
	readonly #missed = new Set<Missed>();
	/** How many wait that all rules hear. */
	#waiting = 0;
	/** All events up to this one have been looked at. */
	at = 0;

	get length(): number {
		return this.#events.length;
	}

	get weight(): number {
		return this.#events.weight;
	}

	add(event: Event): void {
		this.#waiting++;
		this.#events.push({ event, missed: undefined });
	}

	/** No rule wants to know of this one. Whether that is as far as it has come. */
	passed({ seq }: Event): boolean {
		if (this.#waiting > 0) {
			return false;
		}
		this.#come(seq);
		return true;
	}

	/**
	 * Files hear these events from their places on. What waits already all hear, files with these: it comes in its turn
	 * among them, for what is between waits only if some rule wanted to know of it when it happened.
	 */
	miss(events: Iterable<Event | Gap>, places: ReadonlyMap<string, Place>): void {
		const all = [...events].filter((it): it is Event => !isGap(it));
		const waiting = this.#events.clear();
		const heard = new Set(waiting.filter(({ missed }) => missed === undefined).map(({ event }) => event.seq));
		const missing = all.filter(({ seq }) => !heard.has(seq));
		const [first, last] = [all[0], missing.at(-1)];
		if (first !== undefined && last !== undefined) {
			const missed: Missed = { places, next: first.seq, left: missing.length, last: last.seq };
			this.#missed.add(missed);
			waiting.push(...missing.map((event) => ({ event, missed })));
			waiting.sort((one, other) => one.event.seq - other.event.seq);
		}
		for (const one of waiting) {
			this.#events.push(one);
		}
	}

	shift(): Heard | undefined {
		return this.#events.shift();
	}

	/** This one, which was shifted, is with whom it concerns. */
	taken({ event: { seq }, missed }: Heard): void {
		if (missed === undefined) {
			this.#waiting--;
			for (const one of this.#missed) {
				one.next = Math.max(one.next, seq + 1);
			}
			this.#come(seq);
			return;
		}
		missed.next = seq + 1;
		missed.left--;
		this.#come(this.at);
	}

	/** Who has heard what it has missed is like all others once these are as far. */
	#come(at: number): void {
		this.at = at;
		for (const missed of this.#missed) {
			if (missed.left === 0 && missed.last <= at) {
				this.#missed.delete(missed);
			}
		}
	}

	/** What files hear next that have not heard all events up to `at`, or more than these. */
	behind(): Map<string, Place> {
		const behind = new Map<string, Place>();
		for (const { places, next } of this.#missed) {
			for (const [file, place] of places) {
				behind.set(file, place[0] < next ? [next, ''] : place);
			}
		}
		return behind;
	}

	clear(): void {
		this.#events.clear();
		this.#missed.clear();
		this.#waiting = 0;
	}
}
