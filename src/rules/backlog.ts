import type { Call, Outcome } from './thread.ts';

/** Calls of one file that may wait. */
export const mostWaiting = 65_536;

/** A call that is not answered. `order` is that of asking, over all files. */
export type Waiting = {
	readonly order: number;
	readonly call: Call;
	readonly done: (outcome: Outcome) => void;
	/** Known already, though those before it are not answered. */
	outcome?: Outcome;
};

/**
 * The calls of one file that are not answered, in their order: the first of them are with the thread, the others wait.
 * Answers come in that order; a call whose outcome is known before its turn is told when those before it are.
 */
export class Backlog {
	/** Those that were told leave their places empty until these are given up: an outcome may be large. */
	#calls: (Waiting | undefined)[] = [];
	#first = 0;
	/** The first that is not with the thread. */
	#next = 0;

	/** How many are not with the thread. */
	get waiting(): number {
		return this.#calls.length - this.#next;
	}

	/** How many are not answered. */
	get pending(): number {
		return this.#calls.length - this.#first;
	}

	/** Adds one at the end; false where there is no room. */
	add(waiting: Waiting): boolean {
		if (this.pending >= mostWaiting) {
			return false;
		}
		this.#calls.push(waiting);
		return true;
	}

	/** The next one for the thread; undefined where none waits. */
	take(): Waiting | undefined {
		while (this.#next < this.#calls.length) {
			const waiting = this.#calls[this.#next++];
			if (waiting?.outcome === undefined) {
				return waiting;
			}
		}
		return undefined;
	}

	/** The first one with the thread is answered; whom to tell now, in this order, behind whoever is in `settled`. */
	answered(outcome: Outcome, settled: Waiting[] = []): Waiting[] {
		const first = this.#calls[this.#first];
		if (first !== undefined) {
			first.outcome = outcome;
		}
		return this.settled(settled);
	}

	/** Takes out those at the front whose outcome is known, and puts them into `settled`. */
	settled(settled: Waiting[] = []): Waiting[] {
		for (;;) {
			const first = this.#calls[this.#first];
			if (first?.outcome === undefined) {
				break;
			}
			settled.push(first);
			this.#calls[this.#first++] = undefined;
		}
		this.#next = Math.max(this.#next, this.#first);
		if (this.#first > 1024 && this.#first * 2 > this.#calls.length) {
			this.#calls = this.#calls.slice(this.#first);
			this.#next -= this.#first;
			this.#first = 0;
		}
		return settled;
	}

	/** Those with the thread wait again: what it did for them did not happen. */
	recall(): void {
		this.#next = this.#first;
	}

	/** Gives every call that waits and fits this outcome; whom to tell now. */
	fail(outcome: Outcome, fits: (call: Call) => boolean = () => true): Waiting[] {
		for (let i = this.#first; i < this.#calls.length; i++) {
			const waiting = this.#calls[i];
			if (waiting !== undefined && waiting.outcome === undefined && fits(waiting.call)) {
				waiting.outcome = outcome;
			}
		}
		return this.settled();
	}
}

/** Gives each its outcome. */
export function tell(settled: readonly Waiting[]): void {
	for (const { done, outcome } of settled) {
		if (outcome !== undefined) {
			done(outcome);
		}
	}
}
