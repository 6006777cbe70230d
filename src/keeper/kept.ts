import type { Addon } from '../native/addon.ts';
import type { Channel } from './channel.ts';
import { slotCount } from './ledger.ts';

/**
 * Descriptors that the keeper holds as well, so that they outlive the daemon. Who wants to find one again writes its
 * number down.
 */
export class Kept {
	readonly #channel: Pick<Channel, 'keep' | 'dropKept'>;
	readonly #native: Pick<Addon, 'channelTake'>;
	readonly #used = new Set<number>();
	#next = 0;

	constructor(channel: Pick<Channel, 'keep' | 'dropKept'>, native: Pick<Addon, 'channelTake'>) {
		this.#channel = channel;
		this.#native = native;
	}

	/** Has the keeper hold it too; -1 when it holds as many as it can. */
	keep(fd: number): number {
		if (this.#used.size >= slotCount) {
			return -1;
		}
		while (this.#used.has(this.#next)) {
			this.#next = (this.#next + 1) % slotCount;
		}
		const number = this.#next;
		this.#next = (number + 1) % slotCount;
		this.#used.add(number);
		this.#channel.keep(number, fd);
		return number;
	}

	/** What a daemon that died had kept under a number; undefined when nothing is there. */
	take(number: number): number | undefined {
		if (number < 0) {
			return undefined;
		}
		const fd = this.#native.channelTake(`Take,k${number}`);
		if (fd < 0) {
			return undefined;
		}
		this.#used.add(number);
		return fd;
	}

	/** It need not be held any more. */
	drop(number: number): void {
		if (this.#used.delete(number)) {
			this.#channel.dropKept(number);
		}
	}
}
