import type { Bus } from './bus.ts';
import { Causes } from './causes.ts';
import type { CustomType, EventType, KnownType } from './event.ts';
import type { FieldOf } from './fields.ts';
import type { Draft, RingName } from './journal.ts';

/**
 * Events of one turn of the loop: kept in order and published together at its end, in one write, so that what is urgent
 * (the next start) does not wait for the disk. Nobody sees anything of them before, and what may only happen once they are in
 * the journal is put off with `after`.
 */
export class Batch {
	/** What is added carries its cause. */
	readonly causes = new Causes();
	readonly #bus: Bus;
	#events: Draft[] = [];
	#after: (() => void)[] = [];
	#isDue = false;
	#isTouched = false;
	#before: (events: readonly Draft[]) => void = () => {};

	constructor(bus: Bus) {
		this.#bus = bus;
	}

	/** An event that happens now; it gets its number when the turn ends. `cause` is the number of what brought it about. */
	add<T extends KnownType>(
		type: T,
		name: string,
		fields: readonly FieldOf<T>[],
		ring: RingName = 'events',
		cause = this.causes.of(name),
	): void {
		this.#add(type, name, fields, ring, cause);
	}

	/** An event that a rule emits, which may have any fields. */
	emit(type: CustomType, name: string, fields: readonly string[]): void {
		this.#add(type, name, fields, 'events', this.causes.of(name));
	}

	#add(
		type: EventType,
		name: string,
		fields: readonly string[],
		ring: RingName,
		cause: number | undefined,
	): void {
		const told = cause === undefined ? fields : [...fields, `cause=${cause}`];
		this.#events.push({ type, name, fields: told, ring, time: Date.now() });
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
		this.#isTouched = true;
		this.#comeBack();
	}

	/** Publishes now: before anything is answered that may tell of it. Who hears of it does so because of nothing else. */
	flush(): void {
		if (this.#isDueNow()) {
			this.causes.during(undefined, () => this.#flush());
		}
	}

	#isDueNow(): boolean {
		return this.#isTouched || this.#events.length > 0 || this.#after.length > 0;
	}

	/** What goes wrong over one of those that were put off is thrown when all have had their turn. */
	#flush(): void {
		const faults: unknown[] = [];
		while (this.#isDueNow()) {
			this.#isTouched = false;
			const events = this.#events;
			const after = this.#after;
			this.#events = [];
			this.#after = [];
			this.#before(events);
			if (events.length > 0) {
				this.#bus.publish(events);
			}
			for (const then of after) {
				try {
					then();
				} catch (fault) {
					faults.push(fault);
				}
			}
		}
		if (faults.length > 0) {
			throw faults[0];
		}
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
