/** Milliseconds after which the loop gets its turn, however much is to be done. */
const longest = 5;

/**
 * What all rules together may do in one turn of the loop. Who finds that it is over goes on in the next one, in the
 * order of asking.
 */
export class Turns {
	readonly #steady: () => number;
	/** When this turn is over, once something was done in it. */
	#until: number | undefined;
	readonly #next: (() => void)[] = [];

	/** `steady`: milliseconds of a clock that nobody sets. */
	constructor(steady: () => number) {
		this.#steady = steady;
	}

	/** Begins a turn, unless one is under way. */
	begin(): void {
		if (this.#until === undefined) {
			this.#until = this.#steady() + longest;
			setImmediate(() => this.#end());
		}
	}

	get isOver(): boolean {
		return this.#until !== undefined && this.#steady() >= this.#until;
	}

	/** Calls it in the next turn that has time for it. */
	inNext(go: () => void): void {
		this.begin();
		this.#next.push(go);
	}

	#end(): void {
		this.#until = undefined;
		const next = this.#next.splice(0);
		if (next.length > 0) {
			this.begin();
		}
		let gone = 0;
		while (gone < next.length && !this.isOver) {
			next[gone++]?.();
		}
		// Before those that went and are to go on again.
		this.#next.unshift(...next.slice(gone));
	}
}
