import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import type { Poller } from '../../native/poller.ts';
import { type Address, formatAddress } from '../../service/address.ts';
import type { Entry } from '../entry.ts';
import type { Owner } from '../fifos.ts';
import { bindSocket, unbindPath } from './bound.ts';
import { type Shelf, type Socket, shelfOf } from './shelf.ts';

export type ShelfPorts = {
	readonly native: Pick<
		Addon,
		'listenInet' | 'listenUnix' | 'tcpListeners' | 'listenAgain' | 'hangUp' | 'close'
	>;
	readonly poller: Pick<Poller, 'unwatch'>;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
};

/** Where the sockets of services are: what is bound and closed, and which of them has what. */
export class Shelves {
	readonly #ports: ShelfPorts;
	/** By the names of services. */
	readonly #shelves = new Map<string, Shelf>();

	constructor(ports: ShelfPorts) {
		this.#ports = ports;
	}

	/** Each with the name of its service. */
	all(): Iterable<readonly [string, Shelf]> {
		return this.#shelves;
	}

	get(entry: Entry): Shelf | undefined {
		return this.#shelves.get(shelfOf(entry));
	}

	/** Made where there is none. */
	make(entry: Entry): Shelf {
		const shelf = this.get(entry) ?? {
			sockets: new Map(),
			holders: new Set(),
			waited: undefined,
			watched: undefined,
		};
		this.#shelves.set(shelfOf(entry), shelf);
		return shelf;
	}

	/** Binds what is missing on an entry's shelf, or takes it from one whose service does not say it any more. */
	bind(entry: Entry, address: Address, owner: Owner | undefined): Socket | Refusal {
		const { kept, native } = this.#ports;
		const text = formatAddress(address);
		const isGranted = !says(entry, text);
		const other = [...this.#shelves].find(([, { sockets }]) => sockets.has(text));
		if (other !== undefined) {
			const taken = isGranted ? undefined : this.#takeFrom(other[1], text);
			return taken === undefined
				? refuse(`sockets: ${text}: it is still kept for "${other[0]}"`)
				: this.put(entry, { ...taken, given: new Map(), accepted: undefined });
		}
		const number = kept.claim();
		if (number < 0) {
			return refuse(`sockets: ${text}: archond keeps as many descriptors as it can`);
		}
		const fd = bindSocket(native, address, { umask: entry.service?.umask ?? 0o022, owner });
		if (isRefusal(fd)) {
			kept.drop(number);
			return fd;
		}
		// It is written down first: a socket that the keeper held and nobody knew of would block its address.
		const bare = { address, text, fd, number, isGranted };
		const socket = this.put(entry, { ...bare, given: new Map(), accepted: undefined });
		kept.put(number, fd);
		return socket;
	}

	/** It is on that entry's shelf from now on. */
	put(entry: Entry, socket: Socket): Socket {
		this.make(entry).sockets.set(socket.text, socket);
		this.#ports.keptChanged(entry);
		return socket;
	}

	/** Closes all of an entry's, for nobody wants it any more. */
	drop(entry: Entry): void {
		const shelf = this.get(entry);
		if (shelf !== undefined) {
			this.unwatch(shelf);
			this.#close([...shelf.sockets.values()]);
			this.#shelves.delete(shelfOf(entry));
		}
	}

	/**
	 * While nobody has them: closes what the service does not say any more, and undoes what a server has made of the
	 * others; those who connect until there is another need all the room there is.
	 */
	settle(shelf: Shelf, entry: Entry): void {
		if ([...shelf.holders].some((it) => it.process !== undefined)) {
			return;
		}
		this.closeUnsaid(shelf, entry);
		for (const { fd } of shelf.sockets.values()) {
			this.#ports.native.listenAgain(fd);
		}
	}

	closeUnsaid(shelf: Shelf, entry: Entry): void {
		const gone = [...shelf.sockets.values()].filter(
			({ text, isGranted }) => !isGranted && !says(entry, text),
		);
		if (gone.length > 0) {
			this.#remove(shelf, gone);
			this.#close(gone);
		}
	}

	unwatch(shelf: Shelf): void {
		for (const [fd, token] of shelf.watched?.tokens ?? []) {
			this.#ports.poller.unwatch(fd, token);
		}
		shelf.watched = undefined;
	}

	/**
	 * As it is, with who waits in it: services that exchange their addresses in one reload need not end first. Not where
	 * a restart overlaps, for the old process may be the one that stays, nor a path, which has an owner.
	 */
	#takeFrom(shelf: Shelf, text: string): Socket | undefined {
		const socket = shelf.sockets.get(text);
		const isFree = [...shelf.holders].every((it) => it.overlap === undefined && !says(it, text));
		if (socket === undefined || socket.isGranted || socket.address.tag === 'unix' || !isFree) {
			return undefined;
		}
		this.#remove(shelf, [socket]);
		return socket;
	}

	#remove(shelf: Shelf, sockets: readonly Socket[]): void {
		this.unwatch(shelf);
		for (const { text } of sockets) {
			shelf.sockets.delete(text);
		}
		shelf.holders.forEach(this.#ports.keptChanged);
	}

	#close(sockets: readonly Socket[]): void {
		const { native, kept } = this.#ports;
		for (const { fd, number, address } of sockets) {
			unbindPath(address);
			// The keeper closes its copy a moment later, and whoever else has one is not to answer any more.
			native.hangUp(fd);
			kept.drop(number);
			native.close(fd);
		}
	}
}

/** Whether its service has that address in `sockets`. */
function says({ service }: Entry, text: string): boolean {
	return service?.sockets.some((it) => formatAddress(it) === text) ?? false;
}
