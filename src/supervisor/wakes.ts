import type { Entry } from './entry.ts';

const nobody: ReadonlySet<Entry> = new Set();

/** Who is to be asked again when something of that name has changed; each waits for one at a time. */
export class Wakes {
	readonly #by = new Map<string, Set<Entry>>();
	readonly #name = new Map<Entry, string>();

	/** From now on it waits for that name, and for no other. */
	put(name: string, entry: Entry): void {
		this.forget(entry);
		this.#name.set(entry, name);
		this.#by.set(name, (this.#by.get(name) ?? new Set()).add(entry));
	}

	/** It waits no longer. */
	forget(entry: Entry): void {
		const name = this.#name.get(entry);
		if (name === undefined) {
			return;
		}
		this.#name.delete(entry);
		const others = this.#by.get(name);
		others?.delete(entry);
		if (others?.size === 0) {
			this.#by.delete(name);
		}
	}

	/** Who waits for that name. */
	of(name: string): ReadonlySet<Entry> {
		return this.#by.get(name) ?? nobody;
	}

	/** Whoever waits. */
	all(): readonly Entry[] {
		return [...this.#name.keys()];
	}
}
