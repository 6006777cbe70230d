import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoText } from '../../base/errno.ts';
import { type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import type { Keepsakes } from '../book/keepsakes.ts';
import type { Entry } from '../entry.ts';
import type { Owner } from '../fifos.ts';
import { letThrough } from '../ready/let-through.ts';
import { swapIn } from '../swap-in.ts';

export type DoorPorts = {
	readonly native: Pick<Addon, 'listenUnix' | 'accept' | 'close'>;
	readonly poller: Pick<Poller, 'watch' | 'unwatch'>;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
	/** Where the doors are made, as Node has it. */
	readonly directory: string;
	/** Somebody has come in at the door of an entry; `left` is to be called when the connection is closed. */
	readonly greet: (fd: number, entry: Entry, left: () => void) => void;
};

type Door = {
	readonly fd: number;
	readonly number: number;
	readonly uid: number;
	readonly path: string;
	/** Undefined while nobody can be taken. */
	token: number | undefined;
	pause: NodeJS.Timeout | undefined;
	/** How many have come in and are there. */
	guests: number;
};

/** How many may be in at once, of each service: descriptors are for all. Others wait before the door. */
export const mostGuests = 128;

/** How long nobody is taken at most when there was no room, milliseconds. */
const pauseTime = 1000;

/**
 * Where the programs of a service ask for what they bind: a socket for each that wants it, for its user may not use
 * archon's own. Nothing else can be asked there.
 */
export class Doors {
	readonly #ports: DoorPorts;
	readonly #doors = new Map<Entry, Door>();

	constructor(ports: DoorPorts) {
		this.#ports = ports;
	}

	/** Opens the one of an entry, if it is not: its path, as Node has it. `owner` undefined: as the daemon. */
	open(entry: Entry, owner: Owner | undefined): string | Refusal {
		const uid = owner?.uid ?? -1;
		const known = this.#doors.get(entry);
		if (known?.uid === uid) {
			return known.path;
		}
		this.close(entry);
		const { native, kept, keptChanged, directory } = this.#ports;
		const path = join(directory, entry.seat);
		try {
			mkdirSync(directory, { recursive: true, mode: 0o711 });
			chmodSync(directory, 0o711);
			if (owner !== undefined && owner.uid !== 0) {
				letThrough(join(directory, '..'));
			}
		} catch (error) {
			return refuse(`bind: ${directory}: ${(error as Error).message}`);
		}
		rmSync(path, { force: true });
		const fd = native.listenUnix(path, 0o600, uid, owner?.gid ?? -1);
		if (fd < 0) {
			return refuse(`bind: ${path}: ${errnoText(-fd)}`);
		}
		const number = kept.claim();
		this.#add(entry, { fd, uid, path, number, token: undefined, pause: undefined, guests: 0 });
		keptChanged(entry);
		kept.put(number, fd);
		return path;
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		const { tag } = entry.life.state;
		if (tag === 'stopped' || tag === 'exited' || tag === 'failed') {
			this.close(entry);
		}
	}

	/** Each has the process of the other now. */
	swapped(one: Entry, other: Entry): void {
		swapIn(this.#doors, one, other);
	}

	/** What of an entry the keeper holds. */
	keptFor(entry: Entry): Keepsakes['door'] {
		const door = this.#doors.get(entry);
		return door && { number: door.number, uid: door.uid };
	}

	/**
	 * Takes back the one of a daemon that died, with whoever stands before it. Where the keeper has died too it is made
	 * again: the programs know its path.
	 */
	restore(entry: Entry, { number, uid }: NonNullable<Keepsakes['door']>): void {
		const fd = this.#ports.kept.take(number);
		if (fd === undefined) {
			this.open(entry, uid < 0 ? undefined : { uid, gid: -1 });
		} else {
			const path = join(this.#ports.directory, entry.seat);
			this.#add(entry, { fd, uid, path, number, token: undefined, pause: undefined, guests: 0 });
		}
	}

	close(entry: Entry): void {
		const door = this.#doors.get(entry);
		if (door !== undefined) {
			this.#doors.delete(entry);
			clearTimeout(door.pause);
			this.#unwatch(door);
			rmSync(door.path, { force: true });
			this.#ports.kept.drop(door.number);
			this.#ports.native.close(door.fd);
			this.#ports.keptChanged(entry);
		}
	}

	#add(entry: Entry, door: Door): void {
		this.#doors.set(entry, door);
		this.#watch(entry, door);
	}

	#watch(entry: Entry, door: Door): void {
		door.token = this.#ports.poller.watch(door.fd, epoll.in, () => this.#accept(entry, door));
	}

	#unwatch(door: Door): void {
		if (door.token !== undefined) {
			this.#ports.poller.unwatch(door.fd, door.token);
			door.token = undefined;
		}
	}

	/** One at a time, for a socket that waits: whoever else stands there makes it ready again. */
	#accept(entry: Entry, door: Door): void {
		const fd = this.#ports.native.accept(door.fd);
		if (fd < 0) {
			// No descriptor is free: it would say so again at once.
			this.#unwatch(door);
			door.pause = setTimeout(() => this.#watch(entry, door), pauseTime);
			return;
		}
		door.guests++;
		if (door.guests === mostGuests) {
			this.#unwatch(door);
		}
		this.#ports.greet(fd, entry, () => this.#left(entry, door));
	}

	#left(entry: Entry, door: Door): void {
		door.guests--;
		const isOpen = [...this.#doors.values()].includes(door);
		if (isOpen && door.guests === mostGuests - 1 && door.token === undefined) {
			clearTimeout(door.pause);
			this.#watch(entry, door);
		}
	}
}
