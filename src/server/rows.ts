import type { Outbox } from './outbox.ts';

/** The rows of a reply, taken as the client reads them. */
export class Rows {
	readonly #lines: Iterator<string>;

	constructor(lines: Iterable<string>) {
		this.#lines = lines[Symbol.iterator]();
	}

	/** Puts rows into the outbox until it holds `most` characters or a thousand were looked at. */
	fill(outbox: Outbox, most: number): 'more' | 'done' {
		// To a client that is gone nothing is owed, and nothing is made.
		for (let i = 0; i < slice && outbox.size < most && !outbox.isBroken; i++) {
			const line = this.#lines.next();
			if (line.done === true) {
				return 'done';
			}
			outbox.put(line.value);
		}
		return outbox.isBroken ? 'done' : 'more';
	}
}

const slice = 1000;
