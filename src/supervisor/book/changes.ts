import type { Entry } from '../entry.ts';
import type { Begun } from './page.ts';

/** What is to be written when the turn of the loop ends. */
export class Changes {
	readonly entries = new Set<Entry>();
	/** Those of which it is not written yet what the keeper holds. */
	readonly unkept = new Set<Entry>();
	/** Names that have a page and are to have none. */
	readonly gone = new Set<string>();
	/** Requests that had their effect, by their numbers. */
	readonly begun: (readonly [number, Begun])[] = [];
	/** The version of what is known beyond the entries that is written; -1: none is. */
	version: number;

	constructor(version = -1) {
		this.version = version;
	}

	/** Whether there is nothing but perhaps another version. */
	get isEmpty(): boolean {
		const { entries, unkept, gone, begun } = this;
		return entries.size + unkept.size + gone.size + begun.length === 0;
	}

	/** What an earlier turn could not write is to be written with this one. */
	again(earlier: Changes): void {
		for (const entry of earlier.entries) {
			this.entries.add(entry);
		}
		for (const entry of earlier.unkept) {
			this.unkept.add(entry);
		}
		for (const name of earlier.gone) {
			this.gone.add(name);
		}
		this.begun.push(...earlier.begun);
		this.version = earlier.version;
	}
}
