import type { LogPair } from './output.ts';

/** Pairs that nobody uses, one of each key, and no more than `most`. */
export class IdlePairs {
	readonly #most: number;
	/** The one unused for longest comes first. */
	readonly #pairs = new Map<string, LogPair>();

	constructor(most: number) {
		this.#most = most;
	}

	/** Those there are. */
	all(): Iterable<LogPair> {
		return this.#pairs.values();
	}

	/** The pair of that key, which is not idle any more. */
	take(key: string): LogPair | undefined {
		const pair = this.#pairs.get(key);
		this.#pairs.delete(key);
		return pair;
	}

	/** Keeps a pair; what has to go for it is returned. */
	put(pair: LogPair): LogPair | undefined {
		// A key that is set again would keep its place in the order.
		const known = this.take(pair.key);
		this.#pairs.set(pair.key, pair);
		const [oldest] = this.#pairs.values();
		return known ?? (this.#pairs.size > this.#most && oldest ? this.take(oldest.key) : undefined);
	}
}
