import type { Ledger } from '../keeper/ledger.ts';
import type { Entry } from './entry.ts';

/** Starts that a daemon that died had begun and written nothing of: the next one of that entry is this one. */
export class BegunStarts {
	readonly #ledger: Pick<Ledger, 'start'>;
	readonly #slots = new Map<Entry, number>();

	constructor(ledger: Pick<Ledger, 'start'>) {
		this.#ledger = ledger;
	}

	/**
	 * The process in that place is that of the entry's next start. Returns the place of an earlier one, which had ended by
	 * then and of which nothing was told: of two the newest counts.
	 */
	add(entry: Entry, slot: number): number | undefined {
		const other = this.#slots.get(entry);
		const isNewest = other === undefined || this.#ledger.start(other) < this.#ledger.start(slot);
		this.#slots.set(entry, isNewest ? slot : other);
		return isNewest ? other : slot;
	}

	/** Whether the next start of that entry was begun already. */
	has(entry: Entry): boolean {
		return this.#slots.has(entry);
	}

	/** The place of the start that is made now, where it was begun already. */
	take(entry: Entry): number | undefined {
		const slot = this.#slots.get(entry);
		this.#slots.delete(entry);
		return slot;
	}
}
