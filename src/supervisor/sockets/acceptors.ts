import { turns } from '../../base/pieces.ts';
import type { Addon } from '../../native/addon.ts';
import type { Entry } from '../entry.ts';
import type { Taker } from './last.ts';
import type { Shelf, Socket } from './shelf.ts';
import { type Arrival, type Found, lastOf } from './who-has.ts';

export type AcceptorPorts = {
	readonly native: Pick<Addon, 'arrivals'>;
	readonly shelves: () => Iterable<Shelf>;
	/** The pids of each entry's tree, the main process before the others. */
	readonly trees: () => Promise<ReadonlyMap<Entry, readonly number[]>>;
	/** What is known of an entry's sockets has changed. */
	readonly keptChanged: (entry: Entry) => void;
};

/** How many descriptors of processes are looked at for one answer; who has more is not seen with the rest. */
export const mostLooked = 65_536;

/** The kernel hands numbers out in lots of so many (native/core/arrivals.h). */
const lot = 1024;

type News = { readonly shelf: Shelf; readonly socket: Socket; readonly arrivals: readonly Arrival[] };

/**
 * Who accepted last from the sockets that are kept. The kernel tells nobody when that happens, but what is connected it
 * can be asked about, so that is done when somebody wants to know: a connection that was not there the last time is newer
 * than any that was, of those of one lot the one with the higher number, and else the one that may be the younger. Who has
 * it has accepted it. What was seen once stays known when the connection is closed.
 */
export class Acceptors {
	readonly #ports: AcceptorPorts;
	readonly #most: number;
	/** Of each lot the latest that was found with somebody. */
	readonly #seen = new WeakMap<Socket, Map<number, number>>();

	constructor(ports: AcceptorPorts, most = mostLooked) {
		this.#ports = ports;
		this.#most = most;
	}

	/** Brings `accepted` of each socket up to date. */
	async look(): Promise<void> {
		const news = await this.#news();
		if (news.length === 0) {
			return;
		}
		const trees = await this.#ports.trees();
		const shelves = new Set(news.map(({ shelf }) => shelf));
		const walk = { turn: turns(), left: this.#most };
		for (const shelf of shelves) {
			const wanted = new Map(
				news
					.filter((it) => it.shelf === shelf)
					.flatMap(({ socket, arrivals }) =>
						arrivals.map((arrival) => [`socket:[${arrival.number}]`, { socket, arrival }] as const),
					),
			);
			for (const [socket, taker] of await lastOf(takersOf(shelf, trees), wanted, walk, (it) =>
				this.#keep(it),
			)) {
				this.#tell(shelf, socket, taker);
			}
		}
	}

	/** Connections that nobody was seen to have. */
	async #news(): Promise<readonly News[]> {
		const all = [...this.#ports.shelves()].flatMap((shelf) =>
			[...shelf.sockets.values()]
				.filter(({ address }) => address.tag !== 'udp')
				.map((socket) => ({ shelf, socket })),
		);
		const found = all.length === 0 ? [] : await this.#ask(all.map(({ socket }) => socket));
		return typeof found === 'number'
			? []
			: all
					.map((it, at) => ({ ...it, arrivals: this.#unseen(it.socket, found[at] ?? []) }))
					.filter(({ arrivals }) => arrivals.length > 0);
	}

	#ask(sockets: readonly Socket[]): Promise<readonly (readonly number[])[] | number> {
		const addresses = sockets.map(({ address }) =>
			address.tag === 'unix' ? Buffer.from(address.path, 'latin1').toString() : address.host,
		);
		const ports = sockets.map(({ address }) => (address.tag === 'unix' ? 0 : address.port));
		return new Promise((resolve) => this.#ports.native.arrivals(addresses, ports, resolve));
	}

	/** Only lots in which there is a connection are remembered: a number never comes back to one. */
	#unseen(socket: Socket, pairs: readonly number[]): readonly Arrival[] {
		const arrivals: Arrival[] = [];
		for (let at = 0; at < pairs.length; at += 2) {
			arrivals.push({ number: pairs[at] ?? 0, age: pairs[at + 1] ?? 0 });
		}
		const known = this.#seen.get(socket);
		const seenIn = ({ number }: Arrival) => known?.get(lotOf(number)) ?? 0;
		this.#seen.set(
			socket,
			new Map(arrivals.filter((it) => seenIn(it) > 0).map((it) => [lotOf(it.number), seenIn(it)])),
		);
		return arrivals.filter((it) => it.number > seenIn(it));
	}

	#keep({ socket, arrival: { number } }: Found): void {
		const seen = this.#seen.get(socket);
		seen?.set(lotOf(number), Math.max(number, seen.get(lotOf(number)) ?? 0));
	}

	#tell(shelf: Shelf, socket: Socket, taker: Taker): void {
		const { accepted } = socket;
		if (accepted?.pid !== taker.pid || accepted.start !== taker.start) {
			socket.accepted = taker;
			shelf.holders.forEach(this.#ports.keptChanged);
		}
	}
}

function lotOf(number: number): number {
	return Math.floor(number / lot);
}

function takersOf(shelf: Shelf, trees: ReadonlyMap<Entry, readonly number[]>): readonly Taker[] {
	return [...shelf.holders].flatMap((entry) => {
		const { start = -1 } = entry.process ?? entry.tree ?? {};
		return (trees.get(entry) ?? []).map((pid) => ({ pid, start }));
	});
}
