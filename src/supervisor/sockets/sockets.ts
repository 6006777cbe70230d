import { isRefusal, type Refusal } from '../../base/refusal.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import { type Address, formatAddress } from '../../service/address.ts';
import type { Entry } from '../entry.ts';
import type { Owner } from '../fifos.ts';
import { swapIn } from '../swap-in.ts';
import type { Shelf, Socket } from './shelf.ts';
import type { Shelves } from './shelves.ts';

export type SocketPorts = {
	readonly shelves: Pick<
		Shelves,
		'get' | 'make' | 'bind' | 'drop' | 'settle' | 'dropCutOff' | 'closeUnsaid' | 'closePromised' | 'unwatch'
	>;
	readonly native: Pick<Addon, 'listenWaiting'>;
	readonly poller: Pick<Poller, 'watch'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
};

/**
 * The sockets that archon binds for services and keeps: from the first start on, through restarts and crashes, of the
 * daemon too, until the service is stopped or not started again. All instances of a service share them.
 */
export class Sockets {
	readonly #ports: SocketPorts;

	constructor(ports: SocketPorts) {
		this.#ports = ports;
	}

	/**
	 * For a start: the sockets of an entry's service, in the order of the file; those that are missing are bound, and those
	 * that nobody can connect to any more bound again. `owner` as in prepare.
	 */
	open(entry: Entry, owner: Owner | undefined): readonly Socket[] | Refusal {
		const shelf = entry.service && this.#ports.shelves.get(entry);
		if (shelf !== undefined) {
			shelf.holders.add(entry);
			this.#ports.shelves.settle(shelf, entry);
			this.#ports.shelves.dropCutOff(shelf);
		}
		return this.complete(entry, owner);
	}

	/** The same while its process may run, which goes on with what it has: only what is missing is bound. */
	complete(entry: Entry, owner: Owner | undefined): readonly Socket[] | Refusal {
		const { service } = entry;
		const { shelves } = this.#ports;
		if (service === undefined || (service.sockets.length === 0 && shelves.get(entry) === undefined)) {
			return [];
		}
		const shelf = shelves.make(entry);
		shelf.holders.add(entry);
		const found: Socket[] = [];
		for (const address of service.sockets) {
			const socket = shelf.sockets.get(formatAddress(address)) ?? shelves.bind(entry, address, owner);
			if (isRefusal(socket)) {
				return socket;
			}
			found.push(socket);
		}
		return found;
	}

	/** What is kept for an entry's service at an address. */
	find(entry: Entry, address: Address): Socket | undefined {
		return this.#ports.shelves.get(entry)?.sockets.get(formatAddress(address));
	}

	/** Binds what a rule allows an entry that its service does not say; kept as the others are. */
	grant(entry: Entry, address: Address, owner: Owner): Socket | Refusal {
		this.#ports.shelves.make(entry).holders.add(entry);
		const socket = this.#ports.shelves.bind(entry, address, owner);
		// What cannot be bound must not leave an empty shelf behind.
		this.changed(entry);
		return socket;
	}

	/** A second process is to be started: what is kept is kept for both. */
	joined(main: Entry, beside: Entry): void {
		const shelf = this.#ports.shelves.get(main);
		if (shelf?.holders.has(main)) {
			shelf.holders.add(beside);
		}
	}

	/** Each has the process of the other now. */
	swapped(main: Entry, beside: Entry): void {
		this.joined(beside, main);
		for (const { given } of this.#ports.shelves.get(main)?.sockets.values() ?? []) {
			swapIn(given, main, beside);
		}
	}

	/** Only one of two is left, which has what its service says: the rest is closed, unless others still have it. */
	parted(main: Entry): void {
		const shelf = this.#ports.shelves.get(main);
		if (shelf?.holders.has(main) && ![...shelf.holders].some((it) => it.overlap !== undefined)) {
			this.#ports.shelves.closeUnsaid(shelf, main);
		}
	}

	/** A process of an entry is about to be started: who waits is for it to accept. */
	begins(entry: Entry): void {
		const shelf = this.#ports.shelves.get(entry);
		if (shelf !== undefined) {
			shelf.waited = this.#waiting(shelf);
		}
	}

	/** Whether none of those who waited when its process was started was accepted, as far as their number tells. */
	isUnserved(entry: Entry): boolean {
		const shelf = this.#ports.shelves.get(entry);
		return shelf?.waited !== undefined && shelf.waited > 0 && this.#waiting(shelf) === shelf.waited;
	}

	#waiting({ sockets }: Shelf): number {
		const { native } = this.#ports;
		return [...sockets.values()].reduce((sum, { fd }) => sum + Math.max(0, native.listenWaiting(fd)), 0);
	}

	/** A process of an entry has these now. */
	given(entry: Entry, sockets: Iterable<Socket>, pid: number): void {
		for (const { given } of sockets) {
			given.set(entry, { pid, start: entry.process?.start ?? -1 });
		}
		this.#ports.keptChanged(entry);
	}

	/** Calls back, once, when somebody has connected to one of an entry's sockets, or sent something. */
	await(entry: Entry, sockets: readonly Socket[], heard: () => void): void {
		const { poller, shelves } = this.#ports;
		this.forgo(entry);
		const tokens = sockets.map(({ fd }): [number, number] => [
			fd,
			poller.watch(fd, epoll.in, () => {
				this.forgo(entry);
				heard();
			}),
		]);
		shelves.make(entry).watched = { entry, tokens };
	}

	/** It is not waited any more for who connects. */
	forgo(entry: Entry): void {
		const shelf = this.#ports.shelves.get(entry);
		if (shelf?.watched?.entry === entry) {
			this.#ports.shelves.unwatch(shelf);
		}
	}

	/** To be called after each change of an entry's life, and of its service. */
	changed(entry: Entry): void {
		const { shelves } = this.#ports;
		const shelf = shelves.get(entry);
		if (shelf === undefined || !shelf.holders.has(entry)) {
			return;
		}
		const { tag } = entry.life.state;
		if (tag === 'stopped' || tag === 'exited' || tag === 'failed') {
			this.#leave(shelf, entry);
		}
		if (shelf.holders.size === 0) {
			shelves.drop(entry);
		} else {
			shelves.settle(shelf, entry);
		}
		shelves.closePromised();
	}

	/** With what was given to it: of an overlap that failed the one before has it. */
	#leave(shelf: Shelf, entry: Entry): void {
		shelf.holders.delete(entry);
		for (const { given } of shelf.sockets.values()) {
			given.delete(entry);
		}
		this.#ports.keptChanged(entry);
	}
}
