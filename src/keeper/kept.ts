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
		const number = this.reserve();
		if (number >= 0) {
			this.put(number, fd);
		}
		return number;
	}

	/** A number under which nothing is held yet, to be written down first where a descriptor must not be lost; -1: none. */
	reserve(): number {
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

	/** Has the keeper hold it too, under a number that was reserved. */
	put(number: number, fd: number): void {
		this.#channel.keep(number, fd);
	}

	/** What a daemon that died had kept under a number; undefined when nothing is there. */
	take(number: number): number | undefined {
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
