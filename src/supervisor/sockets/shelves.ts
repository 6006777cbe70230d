import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import type { Poller } from '../../native/poller.ts';
import { type Address, formatAddress } from '../../service/address.ts';
import type { Entry } from '../entry.ts';
import type { Owner } from '../fifos.ts';
import { bindSocket, unbindPath } from './bound.ts';
import { isCutOff, placeAt } from './place.ts';
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
	/** What is left where it is until the service takes it that says it now. */
	readonly #promised = new Set<Socket>();

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
		const other = this.#whereIs(text);
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
		const bare = { address, text, fd, number, place: placeAt(address), isGranted };
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

	/**
	 * Lets go of those whose paths somebody has removed or put something else at, so that they are bound again. Not while a
	 * restart overlaps: the process that is left in the end may be one that has the old socket.
	 */
	dropCutOff(shelf: Shelf): void {
		const isSettled = [...shelf.holders].every((it) => it.overlap === undefined);
		this.#discard(shelf, isSettled ? [...shelf.sockets.values()].filter(isCutOff) : []);
	}

	/** But for what another service is to take. */
	closeUnsaid(shelf: Shelf, entry: Entry): void {
		const unsaid = [...shelf.sockets.values()].filter(
			({ text, isGranted }) => !isGranted && !says(entry, text),
		);
		const promised = unsaid.filter((it) => this.#isWanted(it));
		for (const one of promised) {
			this.#promised.add(one);
		}
		this.#discard(
			shelf,
			unsaid.filter((it) => !promised.includes(it)),
		);
	}

	/** To be called when somebody may not want any more what another service has left to it. */
	closePromised(): void {
		for (const shelf of this.#promised.size === 0 ? [] : this.#shelves.values()) {
			const left = [...shelf.sockets.values()].filter((it) => this.#promised.has(it) && !this.#isWanted(it));
			this.#discard(shelf, left);
		}
	}

	/** Whose process has what that entry is to get and is about to go: it is worth waiting for. */
	leaverOf(entry: Entry, address: Address): Entry | undefined {
		const text = formatAddress(address);
		const other = this.get(entry)?.sockets.has(text) ? undefined : this.#whereIs(text)?.[1];
		const socket = other?.sockets.get(text);
		if (other === undefined || socket === undefined || !mayBeTaken(other, socket)) {
			return undefined;
		}
		return [...other.holders].find((it) => it.life.state.tag === 'stopping' && has(it, socket));
	}

	unwatch(shelf: Shelf): void {
		for (const [fd, token] of shelf.watched?.tokens ?? []) {
			this.#ports.poller.unwatch(fd, token);
		}
		shelf.watched = undefined;
	}

	/** As it is, with who waits in it: services that exchange their addresses in one reload lose nobody. */
	#takeFrom(shelf: Shelf, text: string): Socket | undefined {
		const socket = shelf.sockets.get(text);
		if (
			socket === undefined ||
			!mayBeTaken(shelf, socket) ||
			[...shelf.holders].some((it) => has(it, socket))
		) {
			return undefined;
		}
		this.#remove(shelf, [socket]);
		return socket;
	}

	#whereIs(text: string): readonly [string, Shelf] | undefined {
		return [...this.#shelves].find(([, { sockets }]) => sockets.has(text));
	}

	/** Whether one that is to run says it, here or elsewhere, and could take it from where it is. */
	#isWanted({ text, address }: Socket): boolean {
		const holders = [...this.#shelves.values()].flatMap((it) => [...it.holders]);
		return address.tag !== 'unix' && holders.some((it) => says(it, text));
	}

	#discard(shelf: Shelf, sockets: readonly Socket[]): void {
		if (sockets.length > 0) {
			this.#remove(shelf, sockets);
			this.#close(sockets);
		}
	}

	#remove(shelf: Shelf, sockets: readonly Socket[]): void {
		this.unwatch(shelf);
		for (const socket of sockets) {
			shelf.sockets.delete(socket.text);
			this.#promised.delete(socket);
		}
		shelf.holders.forEach(this.#ports.keptChanged);
	}

	#close(sockets: readonly Socket[]): void {
		const { native, kept } = this.#ports;
		for (const socket of sockets) {
			const { fd, number, address } = socket;
			this.#promised.delete(socket);
			if (!isCutOff(socket)) {
				unbindPath(address);
				// The keeper closes its copy a moment later, and whoever else has one is not to answer any more.
				native.hangUp(fd);
			}
			kept.drop(number);
			native.close(fd);
		}
	}
}

/**
 * Whether whoever says it now may have it once nobody has it. Not where a restart overlaps, for the old process may be
 * the one that stays, nor a path, which has an owner.
 */
function mayBeTaken({ holders }: Shelf, { text, address, isGranted }: Socket): boolean {
	const isFree = [...holders].every((it) => it.overlap === undefined && !says(it, text));
	return isFree && !isGranted && address.tag !== 'unix';
}

/** Whether it was given to the process that an entry has, whatever its service says by now, or to what that has left. */
function has(entry: Entry, { given }: Socket): boolean {
	const to = given.get(entry);
	const { process, life } = entry;
	if (to === undefined || process === undefined) {
		return to !== undefined && life.state.tag === 'stopping';
	}
	return process.start === to.start || process.pid === to.pid;
}

/** Whether its service has that address in `sockets`. */
function says({ service }: Entry, text: string): boolean {
	return service?.sockets.some((it) => formatAddress(it) === text) ?? false;
}
