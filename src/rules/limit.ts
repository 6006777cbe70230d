import { counts } from '../process/restart.ts';

/** `limit = { times, within }`: when a rule has fired lately, so that it does not too often. Times are milliseconds. */
export class Limit {
	readonly times: number;
	readonly within: number;
	/** The latest `times` firings, the place of the next one being that of the oldest. */
	readonly #fired: number[] = [];
	#at = 0;

	constructor({ times, within }: { readonly times: number; readonly within: number }) {
		this.times = times;
		this.within = within;
	}

	/** Whether it has fired as often as it may. */
	isReached(now: number): boolean {
		const oldest = this.#fired[this.#at];
		return oldest !== undefined && counts(oldest, now, this.within);
	}

	/** It fires. */
	count(now: number): void {
		this.#fired[this.#at] = now;
		this.#at = (this.#at + 1) % this.times;
	}

	/** The firings it counts, oldest first. */
	get fired(): readonly number[] {
		return [...this.#fired.slice(this.#at), ...this.#fired.slice(0, this.#at)];
	}
}
