import { readlinkSync } from 'node:fs';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import type { Poller } from '../../native/poller.ts';
import type { Stored } from '../book/keepsakes.ts';
import type { Entry } from '../entry.ts';

/** How many descriptors are kept for one service. */
export const storeMost = 512;

type Held = { readonly fd: number; readonly token: number | undefined } & Stored;

export type StorePorts = {
	readonly native: Pick<Addon, 'closeLater' | 'fileOrder'>;
	readonly poller: Poller;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
};

/**
 * Descriptors that services give to archon (FDSTORE=1) and get back with their next start. One whose other side hangs up
 * is dropped.
 */
export class FdStore {
	readonly #ports: StorePorts;
	readonly #kept = new Map<Entry, Set<Held>>();
	/** Their descriptors in the kernel's order, by which one is found among hundreds without asking for each. */
	readonly #sorted = new Map<Entry, number[]>();

	constructor(ports: StorePorts) {
		this.#ports = ports;
	}

	/** Takes them over; those that are kept already are closed, as are those beyond the limit: their number. */
	add(entry: Entry, fds: readonly number[], name: string, isWatched: boolean): number {
		const all = this.#kept.get(entry) ?? new Set();
		const over: number[] = [];
		const added: Omit<Held, 'token'>[] = [];
		for (const fd of fds) {
			const place = this.#placeOf(entry, fd);
			if (place === undefined) {
				this.#close([fd]);
			} else if (all.size >= storeMost) {
				over.push(fd);
			} else {
				const one = { fd, name, isWatched, number: this.#ports.kept.claim() };
				this.#hold(entry, all, one, place);
				added.push(one);
			}
		}
		if (all.size > 0) {
			this.#kept.set(entry, all);
		}
		if (added.length > 0) {
			this.#ports.keptChanged(entry);
		}
		for (const { number, fd } of added) {
			this.#ports.kept.put(number, fd);
		}
		this.#close(over);
		return over.length;
	}

	/** What of an entry the keeper holds. */
	keptFor(entry: Entry): readonly Stored[] | undefined {
		const held = this.#kept.get(entry);
		return held && Array.from(held, ({ name, number, isWatched }) => ({ name, number, isWatched }));
	}

	/** Takes back what a daemon that died had kept. */
	restore(entry: Entry, stored: readonly Stored[]): void {
		const all = new Set<Held>();
		for (const one of stored) {
			const fd = this.#ports.kept.take(one.number);
			if (fd !== undefined) {
				this.#kept.set(entry, all);
				this.#hold(entry, all, { fd, ...one }, this.#placeOf(entry, fd));
			}
		}
	}

	#hold(entry: Entry, all: Set<Held>, one: Omit<Held, 'token'>, place = 0): void {
		const drop = () => this.#drop(entry, [held]);
		const held: Held = { ...one, token: one.isWatched ? this.#watch(one.fd, drop) : undefined };
		all.add(held);
		const sorted = this.#sorted.get(entry) ?? [];
		sorted.splice(place, 0, one.fd);
		this.#sorted.set(entry, sorted);
	}

	/** What is kept for an entry, in the order it came. */
	of(entry: Entry): readonly { readonly fd: number; readonly name: string }[] {
		return [...(this.#kept.get(entry) ?? [])];
	}

	/** Closes those of that name. */
	remove(entry: Entry, name: string): void {
		this.#drop(
			entry,
			[...(this.#kept.get(entry) ?? [])].filter((kept) => kept.name === name),
		);
	}

	/** Closes all that is kept for an entry. */
	clear(entry: Entry): void {
		this.#drop(entry, [...(this.#kept.get(entry) ?? [])]);
	}

	/** Where a descriptor is to stand in that order; undefined where one of the same open file is there. */
	#placeOf(entry: Entry, fd: number): number | undefined {
		const sorted = this.#sorted.get(entry) ?? [];
		let [from, to] = [0, sorted.length];
		while (from < to) {
			const middle = (from + to) >> 1;
			const order = this.#ports.native.fileOrder(sorted[middle] as number, fd);
			if (order === 0) {
				return undefined;
			}
			[from, to] = order === 2 ? [from, middle] : [middle + 1, to];
		}
		return from;
	}

	#drop(entry: Entry, which: readonly Held[]): void {
		const [all, sorted = []] = [this.#kept.get(entry), this.#sorted.get(entry)];
		for (const kept of which) {
			all?.delete(kept);
			if (kept.token !== undefined) {
				this.#ports.poller.unwatch(kept.fd, kept.token);
			}
		}
		this.#sorted.set(
			entry,
			sorted.filter((fd) => !which.some((kept) => kept.fd === fd)),
		);
		if (all?.size === 0) {
			this.#kept.delete(entry);
			this.#sorted.delete(entry);
		}
		for (const { number } of which) {
			this.#ports.kept.drop(number);
		}
		if (which.length > 0) {
			this.#ports.keptChanged(entry);
		}
		this.#close(which.map((kept) => kept.fd));
	}

	#watch(fd: number, hungUp: () => void): number | undefined {
		if (!canHangUp(fd)) {
			return undefined;
		}
		try {
			return this.#ports.poller.watch(fd, 0, hungUp);
		} catch {
			// What cannot be polled never hangs up.
			return undefined;
		}
	}

	#close(fds: readonly number[]): void {
		if (fds.length > 0) {
			this.#ports.native.closeLater(fds);
		}
	}
}

/**
 * Sockets, pipes and what the kernel makes itself. A file may be anybody's: to ask the server of a FUSE mount can take
 * for ever, so it is not touched.
 */
function canHangUp(fd: number): boolean {
	try {
		return /^(?:socket|pipe|anon_inode):/.test(readlinkSync(`/proc/self/fd/${fd}`, 'latin1'));
	} catch {
		return false;
	}
}
