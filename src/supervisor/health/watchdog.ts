/** Calls back when nobody has fed it for `every` milliseconds; one timer, which feeding does not touch. */
export class Watchdog {
	readonly #missed: () => void;
	readonly #every: number;
	#fed = performance.now();
	#timer: NodeJS.Timeout | undefined;

	constructor(every: number, missed: () => void) {
		this.#every = every;
		this.#missed = missed;
		this.#arm(every);
	}

	/** Its time begins anew; after a miss as well. */
	feed(): void {
		this.#fed = performance.now();
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
			const left = this.#fed + this.#every - performance.now();
			if (left >= 1) {
				this.#arm(left);
			} else {
				this.#missed();
			}
		}, ms);
	}
}
