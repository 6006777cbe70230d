import { opendirSync, readlinkSync } from 'node:fs';
import type { Turn } from '../../base/pieces.ts';
import type { Taker } from './last.ts';
import type { Socket } from './shelf.ts';

/** A connection that was accepted: its number among all sockets, and how old it is at least, milliseconds. */
export type Arrival = { readonly number: number; readonly age: number };

export type Found = { readonly socket: Socket; readonly arrival: Arrival };

/**
 * Whose the newest of these connections are, of each socket; `wanted` has them by what /proc/PID/fd says of them. Of two
 * who have one it is the first: the other has inherited it. `found` hears of each that somebody has; it is looked at no
 * more than `left` descriptors.
 */
export async function lastOf(
	takers: readonly Taker[],
	wanted: ReadonlyMap<string, Found>,
	walk: { readonly turn: Turn; left: number },
	found: (one: Found) => void,
): Promise<ReadonlyMap<Socket, Taker>> {
	const last = new Map<Socket, { readonly arrival: Arrival; readonly taker: Taker }>();
	const left = new Map(wanted);
	for (const taker of takers) {
		for (const link of linksOf(taker.pid)) {
			await walk.turn();
			if (walk.left <= 0 || left.size === 0) {
				break;
			}
			walk.left--;
			const one = left.get(link);
			left.delete(link);
			if (one !== undefined) {
				found(one);
				const before = last.get(one.socket)?.arrival;
				if (before === undefined || isNewer(one.arrival, before)) {
					last.set(one.socket, { arrival: one.arrival, taker });
				}
			}
		}
	}
	return new Map(Array.from(last, ([socket, it]) => [socket, it.taker]));
}

function isNewer(one: Arrival, other: Arrival): boolean {
	return one.age < other.age || (one.age === other.age && one.number > other.number);
}

/** Where the descriptors of a process lead; nothing where it is gone, or may not be looked at. */
function* linksOf(pid: number): Generator<string> {
	try {
		const folder = opendirSync(`/proc/${pid}/fd`);
		try {
			for (let it = folder.readSync(); it !== null; it = folder.readSync()) {
				yield linkOf(`/proc/${pid}/fd/${it.name}`);
			}
		} finally {
			folder.closeSync();
		}
	} catch {
		// So nobody is seen to have anything.
	}
}

function linkOf(path: string): string {
	try {
		return readlinkSync(path, 'latin1');
	} catch {
		return '';
	}
}
