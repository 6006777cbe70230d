import type { Entry } from './entry.ts';
import { isLimited } from './giving-up.ts';

/** Failures for good, each of which counts once: who stays failed while others are started again does not fail anew. */
export class Failures {
	readonly #known = new Set<Entry>();

	/** What has failed before now is known. */
	know(entries: Iterable<Entry>): void {
		for (const entry of entries) {
			this.isNew(entry);
		}
	}

	/** Whether an entry has failed for good and that was not known. To be called after each change of it. */
	isNew(entry: Entry): boolean {
		if (!isFailedForGood(entry)) {
			this.#known.delete(entry);
			return false;
		}
		const isNew = !this.#known.has(entry);
		this.#known.add(entry);
		return isNew;
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#known.delete(entry);
	}
}

/** One that has reached its limit and will not try again. */
function isFailedForGood(entry: Entry): boolean {
	return isLimited(entry) && entry.spec.limit.retry === 0;
}
