import type { Event } from './event.ts';
import type { Draft, Journal } from './journal.ts';

type Listener = (event: Event) => void;

/** `after`: the newest number when it came. `settled`: to be called when there is nothing more to be told for now. */
type Standing = { readonly after: number; readonly settled: (() => void) | undefined };

/** Where events come from: each is in the journal before the first listener sees it. */
export class Bus {
	readonly #journal: Journal;
	readonly #listeners = new Map<Listener, Standing>();
	readonly #queue: Event[] = [];
	#telling = false;

	constructor(journal: Journal) {
		this.#journal = journal;
	}

	/**
	 * Appends events to the journal, then tells every listener of each before it returns. What a listener publishes
	 * while it is told is in the journal at once and told when everyone has heard of these, so all hear in one order.
	 */
	publish(drafts: readonly Draft[]): readonly Event[] {
		const events = this.#journal.append(drafts);
		for (const event of events) {
			this.#queue.push(event);
		}
		if (!this.#telling) {
			this.#telling = true;
			for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
				this.#tell(next);
			}
			this.#telling = false;
			for (const { settled } of this.#listeners.values()) {
				guarded(() => settled?.());
			}
		}
		return events;
	}

	/**
	 * Calls the listener with each event published from now on, until the function returned is called, and `settled`
	 * after the last one of those that are published together.
	 */
	follow(listener: Listener, settled?: () => void): () => void {
		this.#listeners.set(listener, { after: this.#journal.newest, settled });
		return () => {
			this.#listeners.delete(listener);
		};
	}

	#tell(event: Event): void {
		for (const [listener, { after }] of this.#listeners) {
			if (event.seq > after) {
				guarded(() => listener(event));
			}
		}
	}
}

/** The others are owed the event; the mistake is shown on standard error. */
function guarded(act: () => void): void {
	try {
		act();
	} catch (error) {
		process.emitWarning((error instanceof Error && error.stack) || String(error));
	}
}
