import type { ProcessView } from './rule.ts';

/** A process that changed; undefined: gone. */
export type Change = readonly [string, ProcessView | undefined];

/** What one thread is told of processes: what changed since it was told last, and at first all. */
export class Told {
	readonly #told = new Set<string>();
	readonly #changed: Map<string, ProcessView | undefined>;

	constructor(known: ReadonlyMap<string, ProcessView>) {
		this.#changed = new Map(known);
	}

	/** One that came and went in between is not told of, so that what waits is no more than what is known and was told. */
	changed(name: string, view: ProcessView | undefined): void {
		if (view !== undefined || this.#told.has(name)) {
			this.#changed.set(name, view);
		} else {
			this.#changed.delete(name);
		}
	}

	/** What is to be told now. */
	take(): readonly Change[] {
		const changes = [...this.#changed];
		this.#changed.clear();
		for (const [name, view] of changes) {
			if (view === undefined) {
				this.#told.delete(name);
			} else {
				this.#told.add(name);
			}
		}
		return changes;
	}
}
