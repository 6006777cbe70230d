import fs, { type BigIntStats, type Dir } from 'node:fs';
import { promisify } from 'node:util';
import { Asked } from '../../base/asked.ts';

const lstat = promisify(fs.lstat) as (path: Buffer, options: { bigint: true }) => Promise<BigIntStats>;
const readlink = promisify(fs.readlink) as (path: Buffer, encoding: 'latin1') => Promise<string>;
const opendir = promisify(fs.opendir) as unknown as (
	path: Buffer,
	options: { encoding: string; bufferSize: number },
) => Promise<Dir>;
const open = promisify(fs.open);
const close = promisify(fs.close);

/** Milliseconds after which what is asked for counts as one that hangs: on a file server that is gone, say. */
const patience = 1000;
/** How many may hang before nothing more is asked: each keeps one of the four threads that Node has for all of it. */
const mostHanging = 2;
/** Bytes that are read in one go. */
const pieceSize = 65_536;
/** Names that are read in one go. */
const namesAtOnce = 256;

/**
 * Asks the file system one thing at a time, never in the loop's own thread, and goes on with the next when one hangs.
 * Two that hang and one that is asked leave a thread of Node's pool for the rest of the daemon. Paths are latin1; fails
 * with an errno as node:fs does.
 */
export class Disk {
	readonly #queue: { readonly path: string; readonly act: () => Promise<unknown> }[] = [];
	readonly #asked = new Asked();
	readonly #complain: (reason: string) => void;
	readonly #patience: number;
	#isBusy = false;
	#hanging = 0;

	/** `complain`: what hangs; `bound`: milliseconds until one counts as hanging. */
	constructor(complain: (reason: string) => void, bound = patience) {
		this.#complain = complain;
		this.#patience = bound;
	}

	lstat(path: string): Promise<BigIntStats> {
		return this.ask(path, () => lstat(Buffer.from(path, 'latin1'), { bigint: true }));
	}

	readlink(path: string): Promise<string> {
		return this.ask(path, () => readlink(Buffer.from(path, 'latin1'), 'latin1'));
	}

	/** Each line of a text that may be long, as those in /proc are, a piece in one turn of the loop. */
	lines(path: string, hear: (line: string) => void): Promise<void> {
		return this.ask(path, async () => {
			const fd = await open(path, 'r');
			try {
				const bytes = Buffer.alloc(pieceSize);
				let rest = '';
				for (let size = await read(fd, bytes); size > 0; size = await read(fd, bytes)) {
					const lines = (rest + bytes.toString('latin1', 0, size)).split('\n');
					rest = lines.pop() ?? '';
					lines.forEach(hear);
				}
				if (rest !== '') {
					hear(rest);
				}
			} finally {
				await close(fd);
			}
		});
	}

	/** The names in a directory that are asked for, in the order of their bytes; undefined where there are more than `most`. */
	names(path: string, isAsked: (name: string) => boolean, most: number): Promise<string[] | undefined> {
		return this.ask(path, async () => {
			const found: string[] = [];
			const options = { encoding: 'latin1', bufferSize: namesAtOnce };
			const directory = await opendir(Buffer.from(path, 'latin1'), options);
			try {
				for (let next = await directory.read(); next !== null; next = await directory.read()) {
					if (isAsked(next.name)) {
						found.push(next.name);
					}
					if (found.length > most) {
						return undefined;
					}
				}
			} finally {
				await directory.close();
			}
			return found.sort();
		});
	}

	/** Asks in its turn; `path` is what it is about. */
	ask<T>(path: string, act: () => Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			this.#queue.push({ path, act: () => act().then(resolve, reject) });
			this.#next();
		});
	}

	/** What has been asked for so many milliseconds. */
	unanswered(patience: number): string | undefined {
		return this.#asked.unanswered(patience);
	}

	#next(): void {
		const next = this.#isBusy || this.#hanging >= mostHanging ? undefined : this.#queue.shift();
		if (next === undefined) {
			return;
		}
		this.#isBusy = true;
		let hangs = false;
		const goOn = setTimeout(() => {
			hangs = true;
			this.#hanging++;
			this.#isBusy = false;
			const more = this.#hanging < mostHanging ? '' : ', and nothing else is looked at until it does';
			this.#complain(`${next.path} does not answer: it is watched again when it does${more}`);
			this.#next();
		}, this.#patience).unref();
		void this.#asked.ask(next.path, next.act).finally(() => {
			clearTimeout(goOn);
			if (hangs) {
				this.#hanging--;
			} else {
				this.#isBusy = false;
			}
			this.#next();
		});
	}
}

function read(fd: number, into: Buffer): Promise<number> {
	return new Promise((resolve, reject) => {
		fs.read(fd, into, 0, into.length, null, (error, size) =>
			error === null ? resolve(size) : reject(error),
		);
	});
}
