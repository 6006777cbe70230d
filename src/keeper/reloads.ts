const [asked, begun, done] = [0, 1, 2];

/**
 * How often HUP asked for a reload, and how much of that is done: `ledger_reload` of native/core/ledger.h. What is not
 * done is the next daemon's, which is told of it anew (native/minder_told.c).
 */
export class Reloads {
	readonly #words: Int32Array;
	readonly #from: number;
	/** What a daemon before this one was at, maybe when it died. */
	readonly #before: number;

	/** `from`: where it begins, in words. */
	constructor(words: Int32Array, from: number) {
		this.#words = words;
		this.#from = from;
		this.#before = this.#load(begun);
	}

	/** Does what was asked for until now. What two daemons in a row died at is not left to a third. */
	async carryOut(reload: () => Promise<unknown>): Promise<void> {
		const all = this.#load(asked);
		this.#store(all === this.#before ? done : begun, all);
		try {
			await reload();
		} finally {
			this.#store(done, all);
		}
	}

	#load(which: number): number {
		return Atomics.load(this.#words, this.#from + which);
	}

	#store(which: number, value: number): void {
		Atomics.store(this.#words, this.#from + which, value);
	}
}
