import { steady } from '../base/steady.ts';

/**
 * When the watchdogs of those in the slots were fed: their word `unshared`, 0 or 1 until exec, which nobody has to know after
 * that. An archon that did not note it leaves the 1.
 */
export class Feedings {
	readonly #words: Int32Array;
	readonly #from: number;
	readonly #step: number;

	constructor(words: Int32Array, from: number, step: number) {
		this.#words = words;
		this.#from = from;
		this.#step = step;
	}

	/** How long ago that was, milliseconds, modulo 49 days; undefined: it was not noted, or does not count. */
	ago(slot: number): number | undefined {
		const noted = this.#load(slot);
		return noted > 1 ? (steady() - noted) >>> 0 : undefined;
	}

	/** It was fed just now. */
	note(slot: number): void {
		if (slot >= 0) {
			Atomics.store(this.#words, this.#from + slot * this.#step, Math.max(2, steady() >>> 0));
		}
	}

	/** When it was fed does not count. */
	clear(slot: number): void {
		if (this.#load(slot) > 1) {
			Atomics.store(this.#words, this.#from + slot * this.#step, 1);
		}
	}

	/** What has no slot was never fed. */
	#load(slot: number): number {
		return slot < 0 ? 0 : Atomics.load(this.#words, this.#from + slot * this.#step) >>> 0;
	}
}
