import { formatAddress } from '../../service/address.ts';
import type { Entry } from '../entry.ts';
import type { Shelves } from './shelves.ts';

export type ExchangePorts = {
	readonly shelves: Pick<Shelves, 'leaverOf'>;
	/** It may start now. */
	readonly release: (entry: Entry) => void;
};

/** Starts that wait for an address that another service does not say any more, but whose process, which is told to end, still has it. */
export class Exchanges {
	readonly #ports: ExchangePorts;
	/** Who waits, and until who is gone. */
	readonly #waiting = new Map<Entry, Entry>();

	constructor(ports: ExchangePorts) {
		this.#ports = ports;
	}

	/** Why a start has to wait now. */
	held(entry: Entry): string | undefined {
		this.#waiting.delete(entry);
		for (const address of entry.service?.sockets ?? []) {
			const leaver = this.#ports.shelves.leaverOf(entry, address);
			if (leaver !== undefined) {
				this.#waiting.set(entry, leaver);
				return `waits until ${leaver.name} is gone, which still has ${formatAddress(address)}`;
			}
		}
		return undefined;
	}

	/** To be called after each change of an entry's life: who waits for it starts once it is gone. */
	changed(entry: Entry): void {
		if (entry.life.state.tag !== 'waiting') {
			this.#waiting.delete(entry);
		}
		for (const [waiting, leaver] of [...this.#waiting]) {
			if (leaver === entry && this.held(waiting) === undefined) {
				this.#ports.release(waiting);
			}
		}
	}
}
