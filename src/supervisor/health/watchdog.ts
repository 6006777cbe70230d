import { steady } from '../../base/steady.ts';

/** Calls back when nobody has fed it for `every` milliseconds; one timer, which feeding does not touch. */
export class Watchdog {
	readonly #missed: () => void;
	readonly #every: number;
	#fed = steady();
	#timer: NodeJS.Timeout | undefined;

	constructor(every: number, missed: () => void) {
		this.#every = every;
		this.#missed = missed;
		this.#arm(every);
	}

	/** Its time begins anew; after a miss as well. */
	feed(): void {
		this.#fed = steady();
		if (this.#timer === undefined) {
			this.#arm(this.#every);
		}
	}

	stop(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}

	#arm(ms: number): void {
		this.#timer = setTimeout(() => {
			this.#timer = undefined;
			const left = this.#fed + this.#every - steady();
			if (left >= 1) {
				this.#arm(left);
			} else {
				this.#missed();
			}
		}, ms);
	}
}
