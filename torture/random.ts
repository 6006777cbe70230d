/** Chance that can be had again: the same seed gives the same numbers (mulberry32). */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** In [0, 1). */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let t = this.#state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number from 0 to `most` - 1. */
	below(most: number): number {
		return Math.floor(this.next() * most);
	}

	isUnder(chance: number): boolean {
		return this.next() < chance;
	}

	pick<T>(from: readonly T[]): T {
		return from[this.below(from.length)] as T;
	}

	/** Chance of its own for one of several that act at once: what it draws does not depend on the others' timing. */
	fork(): Random {
		return new Random(this.below(2 ** 32));
	}
}
