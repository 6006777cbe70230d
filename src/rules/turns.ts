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

	/** Somebody is to go on in the next turn. */
	get isWaitedFor(): boolean {
		return this.#next.length > 0;
	}

	/** Calls it in the next turn that has time for it. */
	inNext(go: () => void): void {
		this.begin();
		this.#next.push(go);
	}

	#end(): void {
		this.#until = undefined;
		if (this.isWaitedFor) {
			this.begin();
		}
		// Who goes on again does so behind those that had no time.
		for (let count = this.#next.length; count > 0 && !this.isOver; count--) {
			this.#next.shift()?.();
		}
	}
}
