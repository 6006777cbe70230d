import type { Channel } from './channel.ts';
import { slotCount } from './ledger.ts';

/**
 * Descriptors that the keeper holds as well, so that they outlive the daemon. Who wants to find one again writes its
 * number down.
 */
export class Kept {
	readonly #channel: Pick<Channel, 'keep' | 'dropKept' | 'ask'>;
	readonly #used = new Set<number>();
	#next = 0;

	constructor(channel: Pick<Channel, 'keep' | 'dropKept' | 'ask'>) {
		this.#channel = channel;
	}

	/**
	 * A number for `put`; -1 when the keeper holds as many as it can. It is to be written down in between: what is held
	 * under one that nobody knows would be held for ever.
	 */
	claim(): number {
		if (this.#used.size >= slotCount) {
			return -1;
		}
		while (this.#used.has(this.#next)) {
			this.#next = (this.#next + 1) % slotCount;
		}
		const number = this.#next;
		this.#next = (number + 1) % slotCount;
		this.#used.add(number);
		return number;
	}

	/** Has the keeper hold it too, under a number from `claim`. */
	put(number: number, fd: number): void {
		if (number >= 0) {
			this.#channel.keep(number, fd);
		}
	}

	/** What a daemon that died had kept under a number; undefined when nothing is there. */
	take(number: number): number | undefined {
		if (number < 0 || this.#used.has(number)) {
			return undefined;
		}
		const fd = this.#channel.ask(`Take,k${number}`);
		if (fd < 0) {
			return undefined;
		}
		this.#used.add(number);
		return fd;
	}

	/**
	 * What a daemon that died may have had held under these numbers is nobody's: to be called when everybody has taken
	 * back what is theirs.
	 */
	clear(numbers: readonly number[]): void {
		for (const number of numbers) {
			if (!this.#used.has(number)) {
				this.#channel.dropKept(number);
			}
		}
	}

	/** It need not be held any more; to be written down after that, for the next `claim` may be of the same number. */
	drop(number: number): void {
		if (this.#used.delete(number)) {
			this.#channel.dropKept(number);
		}
	}
}
