import { chmodSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoText } from '../../base/errno.ts';
import { type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import type { Keepsakes } from '../book/keepsakes.ts';
import type { Entry } from '../entry.ts';
import { swapIn } from '../swap-in.ts';
import type { Tree } from '../tree.ts';
import { letThrough } from './let-through.ts';

export type Owner = { readonly uid: number; readonly gid: number };

/** A datagram of a service; the descriptors are the receiver's to close. */
export type Datagram = { readonly text: string; readonly fds: readonly number[] };

type Native = Pick<
	Addon,
	'notifyOpen' | 'notifyReceive' | 'inbox' | 'passed' | 'sender' | 'markOf' | 'close' | 'closeLater'
>;

export type NotifySocketPorts = {
	readonly native: Native;
	readonly poller: Poller;
	readonly tree: Tree;
	/** Where the sockets are made. */
	readonly directory: string;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
	readonly heard: (entry: Entry, datagram: Datagram) => void;
	/** Writes down what was heard: what a daemon that dies had heard and not written is heard by the next. */
	readonly written: () => void;
	/** Something that was sent and not taken, in a few words. */
	readonly refused: (entry: Entry, why: string) => void;
};

type Socket = {
	readonly fd: number;
	readonly token: number;
	readonly path: string;
	readonly uid: number;
	/** The number under which the keeper holds it too. */
	readonly number: number;
	/** Whose it is: an entry may get another's process, and what goes with that. */
	owner: Entry;
};

/** Datagrams of one service that are handled before others have their turn; 16 descriptors count as one. */
const turnMost = 16;

/** More than any queue holds (net.unix.max_dgram_qlen): what is sent meanwhile is another turn's. */
const queueMost = 1024;

const tooLong = -90;
const again = -11;

/**
 * A socket for each process that says how it is, sd_notify(3). Whoever may write to it is still asked who it is, and
 * only the kernel's answer counts: the user of the service or root, and a process of this start of the service.
 */
export class NotifySockets {
	readonly #ports: NotifySocketPorts;
	readonly #sockets = new Map<Entry, Socket>();
	#isDirectoryMade = false;

	constructor(ports: NotifySocketPorts) {
		this.#ports = ports;
	}

	/** The path of an entry's socket, which is made if it is not there. `owner` undefined: the daemon's own user. */
	open(entry: Entry, owner: Owner | undefined): string | Refusal {
		const uid = owner?.uid ?? process.geteuid?.() ?? 0;
		const known = this.#sockets.get(entry);
		if (known?.uid === uid) {
			return known.path;
		}
		this.close(entry);
		const { native, poller, directory } = this.#ports;
		const path = join(directory, entry.seat);
		const trouble = this.#prepare(owner);
		const fd = trouble ?? native.notifyOpen(path, owner?.uid ?? -1, owner?.gid ?? -1);
		if (typeof fd !== 'number' || fd < 0) {
			return typeof fd === 'number' ? refuse(`notify: ${path}: ${errnoText(-fd)}`) : fd;
		}
		const number = this.#ports.kept.claim();
		const token = poller.watch(fd, epoll.in, () => this.#take(socket.owner, turnMost));
		const socket: Socket = { fd, token, path, uid, number, owner: entry };
		this.#sockets.set(entry, socket);
		this.#ports.keptChanged(entry);
		this.#ports.kept.put(number, fd);
		return path;
	}

	/** What of an entry the keeper holds. */
	keptFor(entry: Entry): Keepsakes['notify'] {
		const socket = this.#sockets.get(entry);
		return socket && { number: socket.number, uid: socket.uid };
	}

	/**
	 * Takes back the socket that a daemon that died had made, with all that was sent to it since. Where the keeper has died
	 * too it is made again: the process knows its path.
	 */
	restore(entry: Entry, { number, uid }: NonNullable<Keepsakes['notify']>): void {
		const fd = this.#ports.kept.take(number);
		if (fd === undefined) {
			this.open(entry, ownerOf(join(this.#ports.directory, entry.seat), uid));
		} else {
			const path = join(this.#ports.directory, entry.seat);
			const token = this.#ports.poller.watch(fd, epoll.in, () => this.#take(socket.owner, turnMost));
			const socket: Socket = { fd, token, path, uid, number, owner: entry };
			this.#sockets.set(entry, socket);
		}
	}

	/** Each has the process of the other now. */
	swapped(one: Entry, other: Entry): void {
		swapIn(this.#sockets, one, other);
		for (const entry of [one, other]) {
			const socket = this.#sockets.get(entry);
			if (socket !== undefined) {
				socket.owner = entry;
			}
		}
	}

	/** Handles what is in an entry's socket already: before its end is settled, which may overtake it. */
	drain(entry: Entry): void {
		this.#take(entry, queueMost, 0);
	}

	close(entry: Entry): void {
		const socket = this.#sockets.get(entry);
		if (socket !== undefined) {
			this.#sockets.delete(entry);
			this.#ports.poller.unwatch(socket.fd, socket.token);
			this.#ports.native.close(socket.fd);
			this.#ports.kept.drop(socket.number);
			this.#ports.keptChanged(entry);
			removeIfThere(socket.path);
		}
	}

	/** A service of another user has to reach its socket, but need not see the others. */
	#prepare(owner: Owner | undefined): Refusal | undefined {
		const { directory } = this.#ports;
		try {
			if (!this.#isDirectoryMade) {
				mkdirSync(directory, { recursive: true, mode: 0o711 });
				chmodSync(directory, 0o711);
				this.#isDirectoryMade = true;
			}
			if (owner !== undefined && owner.uid !== 0) {
				letThrough(join(directory, '..'));
			}
			return undefined;
		} catch (error) {
			return refuse(`notify: ${directory}: ${(error as Error).message}`);
		}
	}

	/** Each message is in the socket until what follows from it is written down. A descriptor counts as `weight`. */
	#take(entry: Entry, most: number, weight = 1 / 16): void {
		const { native } = this.#ports;
		// What is heard may close the socket, or open another.
		const socket = this.#sockets.get(entry);
		for (
			let count = 0;
			count < most && socket !== undefined && this.#sockets.get(entry) === socket;
			count++
		) {
			const length = native.notifyReceive(socket.fd, true);
			if (length === again || (length < 0 && length !== tooLong)) {
				return;
			}
			const [number = 0] = native.passed;
			const fds = passedTo(native);
			count += fds.length * weight;
			const [pid = 0, uid = 0] = native.sender;
			const text = native.inbox.toString('latin1', 0, Math.max(0, length));
			const why = this.#whyNot(entry, socket, { pid, uid }) ?? lost(length, number);
			try {
				this.#hear(entry, { text, fds }, why);
			} finally {
				this.#discard(entry, socket);
			}
		}
	}

	#hear(entry: Entry, datagram: Datagram, why: string | undefined): void {
		if (why === undefined) {
			this.#ports.heard(entry, datagram);
		} else {
			this.#drop(datagram.fds);
			this.#ports.refused(entry, why);
		}
	}

	/** The first message is done with. */
	#discard(entry: Entry, socket: Socket): void {
		const { native, written } = this.#ports;
		written();
		if (this.#sockets.get(entry) === socket && native.notifyReceive(socket.fd, false) !== again) {
			this.#drop(passedTo(native));
		}
	}

	#drop(fds: readonly number[]): void {
		if (fds.length > 0) {
			this.#ports.native.closeLater(fds);
		}
	}

	#whyNot(entry: Entry, socket: Socket, from: { pid: number; uid: number }): string | undefined {
		const main = entry.process;
		if (main === undefined) {
			return 'a message of a process that has ended';
		}
		if (from.uid !== socket.uid && from.uid !== 0) {
			return `a message of uid ${from.uid}`;
		}
		// 0: of another PID namespace. One that is gone by now cannot be looked at any more: its uid has to do.
		const mark = from.pid === 0 ? noSuchProcess : this.#ports.native.markOf(from.pid);
		// The number was its own when it sent that; who has it since could as well end over what it sends, and be heard.
		const isOurs =
			from.pid === main.pid ||
			mark === noSuchProcess ||
			mark === main.start % 2 ** 32 ||
			// One that shook its mark off.
			(mark <= 0 && this.#ports.tree.isIn(from.pid, main));
		return isOurs ? undefined : `a message of process ${from.pid}, which is not of this service`;
	}
}

const noSuchProcess = -3;

function passedTo({ passed }: Pick<Addon, 'passed'>): number[] {
	const [number = 0] = passed;
	return Array.from(passed.subarray(1, 1 + Math.max(0, number)));
}

function lost(length: number, number: number): string | undefined {
	if (length === tooLong) {
		return 'a message longer than 4096 bytes';
	}
	return number < 0 ? 'a message with more descriptors than there was room for' : undefined;
}

/** Whom the socket is for; undefined: the daemon's own user. */
function ownerOf(path: string, uid: number): Owner | undefined {
	try {
		return uid === process.geteuid?.() ? undefined : { uid, gid: statSync(path).gid };
	} catch {
		return { uid, gid: -1 };
	}
}

function removeIfThere(path: string): void {
	try {
		unlinkSync(path);
	} catch {
		// Somebody cleaned up: it is gone all the same.
	}
}
