import { steady } from '../../base/steady.ts';

/** Milliseconds of quiet after which a burst of changes is over, */
const quiet = 75;
/** and how late it is looked at when there is no quiet. */
const latest = 750;

/** Calls back once what stirs it has been quiet for 75 ms, at most 750 ms after it began. */
export class Settle {
	readonly #then: () => void;
	#timer: NodeJS.Timeout | undefined;
	#began = 0;

	constructor(then: () => void) {
		this.#then = then;
	}

	stir(): void {
		const now = steady();
		if (this.#timer === undefined) {
			this.#began = now;
		}
		clearTimeout(this.#timer);
		const left = Math.max(0, Math.min(quiet, this.#began + latest - now));
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			this.#then();
		}, left).unref();
	}

	/** It is not called back any more, unless it is stirred again. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}
