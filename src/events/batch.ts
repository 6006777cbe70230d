import type { Bus } from './bus.ts';
import type { EventType } from './event.ts';
import type { Draft, RingName } from './journal.ts';

/**
 * Events of one turn of the loop: kept in order and published together at its end, in one write, so that what is urgent
 * (the next start) does not wait for the disk. Nobody sees anything of them before, and what may only happen once they are in
 * the journal is put off with `after`.
 */
export class Batch {
	readonly #bus: Bus;
	#events: Draft[] = [];
	#after: (() => void)[] = [];
	#isDue = false;
	#before: (events: readonly Draft[]) => void = () => {};

	constructor(bus: Bus) {
		this.#bus = bus;
	}

	/** An event that happens now; it gets its number when the turn ends. */
	add(type: EventType, name: string, fields: readonly string[], ring: RingName = 'events'): void {
		this.#events.push({ type, name, fields, ring, time: Date.now() });
		this.#comeBack();
	}

	/** Calls back once everything added so far is in the journal. */
	after(then: () => void): void {
		this.#after.push(then);
		this.#comeBack();
	}

	/** Calls back with the events of each turn before they are published, and with none in a turn that has none. */
	before(then: (events: readonly Draft[]) => void): void {
		this.#before = then;
	}

	/** Something has changed that `before` has to hear of when the turn ends. */
	touch(): void {
		this.#comeBack();
	}

	/** Publishes now: before anything is answered that may tell of it. */
	flush(): void {
		do {
			const events = this.#events;
			const after = this.#after;
			this.#events = [];
			this.#after = [];
			this.#before(events);
			if (events.length > 0) {
				this.#bus.publish(events);
			}
			for (const then of after) {
				then();
			}
		} while (this.#events.length > 0 || this.#after.length > 0);
	}

	#comeBack(): void {
		if (!this.#isDue) {
			this.#isDue = true;
			queueMicrotask(() => {
				this.#isDue = false;
				this.flush();
			});
		}
	}
}
