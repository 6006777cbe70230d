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
		this.at = seq;
		return true;
	}

	/** Files hear these events from their places on, before whatever waits; of what waits they hear as all do. */
	miss(events: Iterable<Event | Gap>, places: ReadonlyMap<string, Place>): void {
		const next =
			this.#events.find(({ missed }) => missed === undefined)?.event.seq ?? Number.POSITIVE_INFINITY;
		const all = [...events].filter((it): it is Event => !isGap(it) && it.seq < next);
		const [first] = all;
		if (first === undefined) {
			return;
		}
		const missed: Missed = { places, next: first.seq, left: all.length };
		this.#missed.add(missed);
		const waiting = this.#events.clear();
		for (const heard of [...all.map((event) => ({ event, missed })), ...waiting]) {
			this.#events.push(heard);
		}
	}

	shift(): Heard | undefined {
		return this.#events.shift();
	}

	/** This one, which was shifted, is with whom it concerns. */
	taken({ event: { seq }, missed }: Heard): void {
		if (missed === undefined) {
			this.#waiting--;
			this.at = seq;
			return;
		}
		missed.next = seq + 1;
		missed.left--;
		if (missed.left === 0) {
			this.#missed.delete(missed);
		}
	}

	/** What files hear next that have not heard all events up to `at`. */
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
