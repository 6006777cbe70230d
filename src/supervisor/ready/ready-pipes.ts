import { readSync } from 'node:fs';
import { errnoText } from '../../base/errno.ts';
import { type Refusal, refuse } from '../../base/refusal.ts';
import type { Kept } from '../../keeper/kept.ts';
import type { Addon } from '../../native/addon.ts';
import { epoll, type Poller } from '../../native/poller.ts';
import type { Entry } from '../entry.ts';
import { swapIn } from '../swap-in.ts';

type Ports = {
	readonly native: Pick<Addon, 'pipe' | 'passed' | 'pipeHolds' | 'close'>;
	readonly poller: Poller;
	readonly kept: Pick<Kept, 'claim' | 'put' | 'take' | 'drop'>;
	/** What is held for an entry has changed. */
	readonly keptChanged: (entry: Entry) => void;
	/** Writes down what was heard: of a daemon that dies before, the next one hears it again. */
	readonly written: () => void;
	/** It has written a line break. */
	readonly good: (entry: Entry) => void;
	/** It has closed the descriptor without one. */
	readonly closed: (entry: Entry) => void;
};

type Pipe = {
	readonly fd: number;
	readonly token: number;
	readonly number: number;
	/** Whose it is: an entry may get another's process, and what goes with that. */
	owner: Entry;
};

const lineBreak = 10;
const bytes = Buffer.alloc(512);

/** Pipes into which a service writes a line break when it is ready (s6's notification-fd). */
export class ReadyPipes {
	readonly #ports: Ports;
	readonly #pipes = new Map<Entry, Pipe>();

	constructor(ports: Ports) {
		this.#ports = ports;
	}

	/** Makes one for the next start: the end to write into, which is the caller's to close, or why there is none. */
	open(entry: Entry): number | Refusal {
		this.close(entry);
		const { native, poller } = this.#ports;
		const result = native.pipe();
		if (result < 0) {
			return refuse(`ready: no pipe: ${errnoText(-result)}`);
		}
		const [, fd = -1, end = -1] = native.passed;
		const number = this.#ports.kept.claim();
		const token = poller.watch(fd, epoll.in, () => this.#read(pipe.owner, fd));
		const pipe: Pipe = { fd, token, number, owner: entry };
		this.#pipes.set(entry, pipe);
		this.#ports.keptChanged(entry);
		this.#ports.kept.put(number, fd);
		return end;
	}

	/** The number under which the keeper holds the one of an entry. */
	keptFor(entry: Entry): number | undefined {
		return this.#pipes.get(entry)?.number;
	}

	/** Takes back the one that a daemon that died had made. */
	restore(entry: Entry, number: number): void {
		const fd = this.#ports.kept.take(number);
		if (fd !== undefined) {
			const token = this.#ports.poller.watch(fd, epoll.in, () => this.#read(pipe.owner, fd));
			const pipe: Pipe = { fd, token, number, owner: entry };
			this.#pipes.set(entry, pipe);
		}
	}

	/** Each has the process of the other now. */
	swapped(one: Entry, other: Entry): void {
		swapIn(this.#pipes, one, other);
		for (const entry of [one, other]) {
			const pipe = this.#pipes.get(entry);
			if (pipe !== undefined) {
				pipe.owner = entry;
			}
		}
	}

	/** Reads what an entry has written already: before its end is settled, which may overtake it. */
	drain(entry: Entry): void {
		const pipe = this.#pipes.get(entry);
		if (pipe !== undefined) {
			this.#read(entry, pipe.fd);
		}
	}

	close(entry: Entry): void {
		const pipe = this.#pipes.get(entry);
		if (pipe !== undefined) {
			this.#pipes.delete(entry);
			this.#ports.poller.unwatch(pipe.fd, pipe.token);
			this.#ports.native.close(pipe.fd);
			this.#ports.kept.drop(pipe.number);
			this.#ports.keptChanged(entry);
		}
	}

	#read(entry: Entry, fd: number): void {
		// What says that it is ready stays in the pipe until that is written down.
		if (this.#ports.native.pipeHolds(fd, lineBreak) === 1) {
			this.#ports.good(entry);
			this.#ports.written();
			this.close(entry);
			return;
		}
		const length = readOf(fd);
		if (length < 0) {
			return;
		}
		if (bytes.subarray(0, length).includes(lineBreak)) {
			this.close(entry);
			this.#ports.good(entry);
		} else if (length === 0) {
			this.close(entry);
			this.#ports.closed(entry);
		}
	}
}

/** Bytes that were there, 0 at the end; -1 when there is nothing yet. */
function readOf(fd: number): number {
	try {
		return readSync(fd, bytes);
	} catch {
		return -1;
	}
}
