import type { Entry } from './entry.ts';
import { isSupporting, startOf } from './graph/standing.ts';

/** What holds up those that require it, each with the start that does. */
export class Supports {
	readonly #lost: (entry: Entry) => void;
	readonly #starts = new Map<Entry, number>();

	/** `lost` is called for an entry when it holds up nothing any more, or another start of it does. */
	constructor(lost: (entry: Entry) => void) {
		this.#lost = lost;
	}

	/** To be called for an entry that is new, and after each change of its life. */
	changed(entry: Entry): void {
		if (isSupporting(entry, this.#starts.get(entry))) {
			this.#starts.set(entry, startOf(entry));
		} else if (this.#starts.delete(entry)) {
			this.#lost(entry);
			if (entry.life.state.tag === 'running') {
				this.#starts.set(entry, startOf(entry));
			}
		}
	}

	/** It has another process, which is ready: what it holds up is held up by that. */
	replaced(entry: Entry): void {
		if (this.#starts.has(entry) && entry.life.state.tag === 'running') {
			this.#starts.set(entry, startOf(entry));
		}
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#starts.delete(entry);
	}
}
