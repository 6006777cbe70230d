/** `exits` of native/core/ledger.h: the slots whose processes ended, in the order in which the keeper saw that. */
export class ExitRing {
	readonly #words: Int32Array;
	readonly #headAt: number;
	readonly #from: number;
	readonly #size: number;
	#seen: number;

	/**
	 * `headAt`: the word that counts the ends, modulo 2^32; `from`: where the ring begins, in words. What stands in it by
	 * now is not yielded.
	 */
	constructor(words: Int32Array, headAt: number, from: number, size: number) {
		this.#words = words;
		this.#headAt = headAt;
		this.#from = from;
		this.#size = size;
		this.#seen = this.#head();
	}

	/** Those that came since this was last asked. */
	*taken(): Generator<number> {
		while (this.#seen !== this.#head()) {
			const slot = this.#words[this.#from + (this.#seen % this.#size)] ?? 0;
			this.#seen = (this.#seen + 1) >>> 0;
			yield slot;
		}
	}

	/** Whether `taken` would yield something: cheap enough to be asked before each request. */
	hasSome(): boolean {
		return this.#seen !== this.#head();
	}

	#head(): number {
		return Atomics.load(this.#words, this.#headAt) >>> 0;
	}
}
