import { isRefusal } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import { parseSocket } from '../../service/address.ts';
import type { KeptSocket } from '../book/keepsakes.ts';
import type { Entry } from '../entry.ts';
import { type HeldPorts, heldSocket, isNotPermitted } from './held.ts';
import { placeAt } from './place.ts';
import { type Socket, shelfOf } from './shelf.ts';
import type { Shelves } from './shelves.ts';

export type KeptSocketPorts = Pick<HeldPorts, 'native'> & {
	readonly shelves: Pick<Shelves, 'get' | 'make' | 'put'>;
	readonly tree: () => HeldPorts['tree'];
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take'>;
	readonly say: (line: string) => void;
};

/** What the next daemon has to know of sockets, and how it gets them back: from the keeper, else from who has them. */
export class KeptSockets {
	readonly #ports: KeptSocketPorts;
	/** What went with the keeper that held it. */
	readonly #lost = new Map<Entry, readonly KeptSocket[]>();
	/** The services whose processes may not be looked at. */
	readonly #closed = new Set<string>();

	constructor(ports: KeptSocketPorts) {
		this.#ports = ports;
	}

	/** What of an entry the keeper holds. */
	keptFor(entry: Entry): readonly KeptSocket[] | undefined {
		const shelf = this.#ports.shelves.get(entry);
		if (!shelf?.holders.has(entry)) {
			return undefined;
		}
		const there = Array.from(
			shelf.sockets.values(),
			({ text: address, number, place, given, accepted, isGranted }) => {
				const { pid: last = 0, start } = given.get(entry) ?? {};
				return { address, number, place, last, start, accepted, isGranted };
			},
		);
		return [...there, ...(this.#lost.get(entry) ?? [])];
	}

	/** Takes back what the keeper holds for an entry of a daemon that died. */
	restore(entry: Entry, kept: readonly KeptSocket[]): void {
		const shelf = this.#ports.shelves.make(entry);
		shelf.holders.add(entry);
		const lost = kept.filter(({ number }) => number < 0);
		if (lost.length > 0) {
			this.#lost.set(entry, lost);
		}
		for (const one of kept) {
			const known = shelf.sockets.get(one.address);
			const fd = known === undefined ? this.#ports.kept.take(one.number) : undefined;
			const socket = known ?? (fd === undefined ? undefined : madeOf(entry, one, fd, one.number));
			if (socket !== undefined) {
				shelf.sockets.set(socket.text, socket);
				remember(socket, entry, one);
			}
		}
	}

	/**
	 * After the end of a keeper, once an entry has its process again: takes from that, or from another of its tree, what it
	 * still listens on. True when something is to be bound anew.
	 */
	regain(entry: Entry): boolean {
		const lost = this.#lost.get(entry) ?? [];
		this.#lost.delete(entry);
		const shelf = this.#ports.shelves.get(entry);
		const missing = lost.filter(({ address }) => shelf?.sockets.has(address) === false);
		const taken = missing.filter((it) => this.#regainOne(entry, it));
		return taken.length < missing.length;
	}

	#regainOne(entry: Entry, one: KeptSocket): boolean {
		const { native, tree, kept, shelves } = this.#ports;
		const address = parseSocket(one.address);
		if (entry.process === undefined || address === undefined || isRefusal(address)) {
			return false;
		}
		const fd = heldSocket({ native, tree: tree() }, address, entry.process);
		if (isNotPermitted(fd)) {
			this.#sayClosed(shelfOf(entry));
		}
		const socket = fd < 0 ? undefined : madeOf(entry, one, fd, kept.claim());
		if (socket === undefined) {
			return false;
		}
		shelves.put(entry, socket);
		kept.put(socket.number, fd);
		return true;
	}

	/** Once: its instances have the same. */
	#sayClosed(service: string): void {
		if (!this.#closed.has(service)) {
			this.#closed.add(service);
			this.#ports.say(
				`${service}: the sockets that archon kept for it cannot be taken from its processes, for that takes CAP_SYS_PTRACE: at its next restart who comes is refused`,
			);
		}
	}
}

function madeOf(entry: Entry, one: KeptSocket, fd: number, number: number): Socket | undefined {
	const { address: text, isGranted } = one;
	const address = parseSocket(text);
	if (address === undefined || isRefusal(address)) {
		return undefined;
	}
	const socket: Socket = {
		address,
		text,
		fd,
		number,
		// Not what is there now, which may be somebody else's; a page of an earlier archon does not say it.
		place: one.place ?? placeAt(address),
		isGranted,
		given: new Map(),
		accepted: undefined,
	};
	remember(socket, entry, one);
	return socket;
}

/** A page of an earlier archon has no `start`. */
function remember(socket: Socket, entry: Entry, { last, start = -1, accepted }: KeptSocket): void {
	socket.accepted = accepted ?? socket.accepted;
	if (last > 0) {
		socket.given.set(entry, { pid: last, start });
	}
}
