import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import { type Address, formatAddress, parseSocket } from '../../service/address.ts';
import type { KeptSocket } from '../book/keepsakes.ts';
import type { Entry } from '../entry.ts';
import type { Owner } from '../fifos.ts';
import type { Report } from '../report.ts';
import { bindSocket, heldSocket, unbindPath } from './bound.ts';
import type { Shelf, Socket } from './shelf.ts';

export type SocketPorts = {
	readonly native: Pick<
		Addon,
		| 'listenInet'
		| 'listenUnix'
		| 'tcpListeners'
		| 'listenHeldInet'
		| 'listenHeldUnix'
		| 'listenAgain'
		| 'listenWaiting'
		| 'hangUp'
		| 'close'
	>;
	readonly poller: Pick<Poller, 'watch' | 'unwatch'>;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
};

/**
 * The sockets that archon binds for services and keeps: from the first start on, through restarts and crashes, of the
 * daemon too, until the service is stopped or not started again. All instances of a service share them.
 */
export class Sockets {
	readonly #ports: SocketPorts;
	/** By the names of services. */
	readonly #shelves = new Map<string, Shelf>();
	/** What went with the keeper that held it. */
	readonly #lost = new Map<Entry, readonly KeptSocket[]>();

	constructor(ports: SocketPorts) {
		this.#ports = ports;
	}

	/** The sockets of an entry's service, in the order of the file; those that are missing are bound. `owner` as in prepare. */
	open(entry: Entry, owner: Owner | undefined): readonly Socket[] | Refusal {
		const { service } = entry;
		if (service === undefined || (service.sockets.length === 0 && !this.#shelves.has(service.name))) {
			return [];
		}
		const shelf = this.#shelf(service.name);
		shelf.holders.add(entry);
		this.#settle(shelf, entry);
		const found: Socket[] = [];
		for (const address of service.sockets) {
			const socket =
				shelf.sockets.get(formatAddress(address)) ?? this.#bind(service.name, address, entry, owner);
			if (isRefusal(socket)) {
				return socket;
			}
			found.push(socket);
		}
		return found;
	}

	/** What is kept for an entry's service at an address. */
	find(entry: Entry, address: Address): Socket | undefined {
		return this.#shelves.get(shelfOf(entry))?.sockets.get(formatAddress(address));
	}

	/** Binds what a rule allows an entry that its service does not say; kept as the others are. */
	grant(entry: Entry, address: Address, owner: Owner): Socket | Refusal {
		this.#shelf(shelfOf(entry)).holders.add(entry);
		const socket = this.#bind(shelfOf(entry), address, entry, owner);
		// What cannot be bound must not leave an empty shelf behind.
		this.changed(entry);
		return socket;
	}

	/** A second process is to be started: what is kept is kept for both. */
	joined(main: Entry, beside: Entry): void {
		const shelf = this.#shelves.get(shelfOf(main));
		if (shelf?.holders.has(main)) {
			shelf.holders.add(beside);
		}
	}

	/** Only one of two is left, which has what its service says: the rest is closed, unless others still have it. */
	parted(main: Entry): void {
		const shelf = this.#shelves.get(shelfOf(main));
		if (shelf?.holders.has(main) && ![...shelf.holders].some((it) => it.overlap !== undefined)) {
			this.#closeUnsaid(shelf, main);
		}
	}

	/** A process of an entry is about to be started: who waits is for it to accept. */
	begins(entry: Entry): void {
		const shelf = this.#shelves.get(shelfOf(entry));
		if (shelf !== undefined) {
			shelf.waited = this.#waiting(shelf);
		}
	}

	/** Whether none of those who waited when its process was started was accepted, as far as their number tells. */
	isUnserved(entry: Entry): boolean {
		const shelf = this.#shelves.get(shelfOf(entry));
		return shelf?.waited !== undefined && shelf.waited > 0 && this.#waiting(shelf) === shelf.waited;
	}

	#waiting({ sockets }: Shelf): number {
		const { native } = this.#ports;
		return [...sockets.values()].reduce((sum, { fd }) => sum + Math.max(0, native.listenWaiting(fd)), 0);
	}

	/** A process of an entry has these now. */
	given(entry: Entry, sockets: Iterable<Socket>, pid: number): void {
		for (const socket of sockets) {
			socket.last = pid;
		}
		this.#ports.keptChanged(entry);
	}

	/** Calls back, once, when somebody has connected to one of an entry's sockets, or sent something. */
	await(entry: Entry, sockets: readonly Socket[], heard: () => void): void {
		const { poller } = this.#ports;
		this.forgo(entry);
		const shelf = this.#shelf(shelfOf(entry));
		const tokens = sockets.map(({ fd }): [number, number] => [
			fd,
			poller.watch(fd, epoll.in, () => {
				this.forgo(entry);
				heard();
			}),
		]);
		shelf.watched = { entry, tokens };
	}

	/** It is not waited any more for who connects. */
	forgo(entry: Entry): void {
		const shelf = this.#shelves.get(shelfOf(entry));
		if (shelf?.watched?.entry === entry) {
			this.#unwatch(shelf);
		}
	}

	/** To be called after each change of an entry's life, and of its service. */
	changed(entry: Entry): void {
		const name = shelfOf(entry);
		const shelf = this.#shelves.get(name);
		if (shelf === undefined || !shelf.holders.has(entry)) {
			return;
		}
		const { tag } = entry.life.state;
		if (tag === 'stopped' || tag === 'exited' || tag === 'failed') {
			shelf.holders.delete(entry);
			this.#ports.keptChanged(entry);
		}
		if (shelf.holders.size === 0) {
			this.#unwatch(shelf);
			this.#close([...shelf.sockets.values()]);
			this.#shelves.delete(name);
		} else {
			this.#settle(shelf, entry);
		}
	}

	/** What of an entry the keeper holds. */
	keptFor(entry: Entry): readonly KeptSocket[] | undefined {
		const shelf = this.#shelves.get(shelfOf(entry));
		if (!shelf?.holders.has(entry)) {
			return undefined;
		}
		const there = Array.from(shelf.sockets.values(), ({ text: address, number, last, isGranted }) => ({
			address,
			number,
			last,
			isGranted,
		}));
		return [...there, ...(this.#lost.get(entry) ?? [])];
	}

	/** Takes back what the keeper holds for an entry of a daemon that died. */
	restore(entry: Entry, kept: readonly KeptSocket[]): void {
		const shelf = this.#shelf(shelfOf(entry));
		shelf.holders.add(entry);
		const lost = kept.filter(({ number }) => number < 0);
		if (lost.length > 0) {
			this.#lost.set(entry, lost);
		}
		for (const { address: text, number, last, isGranted } of kept) {
			const address = parseSocket(text);
			const fd = shelf.sockets.has(text) ? undefined : this.#ports.kept.take(number);
			if (fd !== undefined && address !== undefined && !isRefusal(address)) {
				shelf.sockets.set(text, { address, text, fd, number, last, isGranted });
			}
		}
	}

	/**
	 * After the end of a keeper, once an entry has its process again: takes from that what it still listens on. True when
	 * something is to be bound anew.
	 */
	regain(entry: Entry): boolean {
		const lost = this.#lost.get(entry) ?? [];
		this.#lost.delete(entry);
		const shelf = this.#shelves.get(shelfOf(entry));
		const missing = lost.filter(({ address }) => shelf?.sockets.has(address) === false);
		const taken = missing.filter((it) => this.#regainOne(entry, it));
		return taken.length < missing.length;
	}

	#regainOne(entry: Entry, { address: text, last, isGranted }: KeptSocket): boolean {
		const { native, kept, keptChanged } = this.#ports;
		const address = parseSocket(text);
		if (entry.process === undefined || address === undefined || isRefusal(address)) {
			return false;
		}
		const fd = heldSocket(native, address, entry.process);
		if (fd < 0) {
			return false;
		}
		const number = kept.claim();
		this.#shelf(shelfOf(entry)).sockets.set(text, { address, text, fd, number, last, isGranted });
		keptChanged(entry);
		kept.put(number, fd);
		return true;
	}

	/** What `Sockets` shows. */
	rows(): readonly Report[] {
		const rows = Array.from(this.#shelves, ([name, { sockets }]) =>
			Array.from(sockets.values(), ({ address, text, fd, last }): Report => {
				const waiting = address.tag === 'udp' ? -1 : this.#ports.native.listenWaiting(fd);
				return [text, name, waiting < 0 ? '-' : waiting, last === 0 ? '-' : last];
			}),
		);
		return rows.flat().sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
	}

	#shelf(name: string): Shelf {
		const shelf = this.#shelves.get(name) ?? {
			sockets: new Map(),
			holders: new Set(),
			waited: undefined,
			watched: undefined,
		};
		this.#shelves.set(name, shelf);
		return shelf;
	}

	/** Under its number it is written down first: a socket that the keeper held and nobody knew of would block its address. */
	#bind(name: string, address: Address, entry: Entry, owner: Owner | undefined): Socket | Refusal {
		const { native, kept, keptChanged } = this.#ports;
		const text = formatAddress(address);
		const other = [...this.#shelves].find(([, { sockets }]) => sockets.has(text));
		if (other !== undefined) {
			return refuse(`sockets: ${text}: it is still kept for "${other[0]}"`);
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
		const isGranted = !entry.service?.sockets.some((it) => formatAddress(it) === text);
		const socket = { address, text, fd, number, last: 0, isGranted };
		this.#shelf(name).sockets.set(text, socket);
		keptChanged(entry);
		kept.put(number, fd);
		return socket;
	}

	/**
	 * While nobody has them: closes what the service does not say any more, and undoes what a server has made of the
	 * others; those who connect until there is another need all the room there is.
	 */
	#settle(shelf: Shelf, entry: Entry): void {
		if ([...shelf.holders].some((it) => it.process !== undefined)) {
			return;
		}
		this.#closeUnsaid(shelf, entry);
		for (const { fd } of shelf.sockets.values()) {
			this.#ports.native.listenAgain(fd);
		}
	}

	#closeUnsaid(shelf: Shelf, { service }: Entry): void {
		const said = new Set(service?.sockets.map(formatAddress));
		const gone = [...shelf.sockets.values()].filter(({ text, isGranted }) => !isGranted && !said.has(text));
		if (gone.length > 0) {
			this.#unwatch(shelf);
			for (const { text } of gone) {
				shelf.sockets.delete(text);
			}
			this.#close(gone);
			shelf.holders.forEach(this.#ports.keptChanged);
		}
	}

	#unwatch(shelf: Shelf): void {
		for (const [fd, token] of shelf.watched?.tokens ?? []) {
			this.#ports.poller.unwatch(fd, token);
		}
		shelf.watched = undefined;
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

/** The name under which the sockets of an entry are kept: all instances of a service share them. */
export function shelfOf({ service, name }: Entry): string {
	return service?.name ?? name;
}
