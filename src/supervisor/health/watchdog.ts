import { steady } from '../../base/steady.ts';

export type WatchdogPorts = {
	/** How long ago it was fed, milliseconds. */
	readonly fed?: number | undefined;
	/** Reads what has been said and was not heard yet, which may feed it or end it. */
	readonly hear?: (() => void) | undefined;
	readonly missed: () => void;
};

/** Calls back when nobody has fed it for `every` milliseconds; one timer, which feeding does not touch. */
export class Watchdog {
	readonly #ports: WatchdogPorts;
	readonly #every: number;
	#fed: number;
	#timer: NodeJS.Timeout | undefined;

	constructor(every: number, ports: WatchdogPorts) {
		const { fed = 0 } = ports;
		this.#every = every;
		this.#ports = ports;
		this.#fed = steady() - fed;
		this.#arm(Math.max(0, every - fed));
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

	get #left(): number {
		return this.#fed + this.#every - steady();
	}

	#arm(ms: number): void {
		this.#timer = setTimeout(() => this.#judge(), ms);
	}

	/** What came while nobody heard, as over a crash of the daemon, is on time. */
	#judge(): void {
		if (this.#left < 1) {
			this.#ports.hear?.();
		}
		const left = this.#left;
		if (this.#timer === undefined) {
			return;
		}
		if (left >= 1) {
			this.#arm(left);
		} else {
			this.#timer = undefined;
			this.#ports.missed();
		}
	}
}
