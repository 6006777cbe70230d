import { closeSync, ftruncateSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/** A request that is safe to repeat, as it is written down. */
export type Keyed = {
	readonly key: string;
	/** What tells it from another request with that key. */
	readonly print: string;
	/** Its number, in the ledger and the book. */
	readonly request: number;
	/** Its final reply; undefined while it has none. */
	readonly reply?: string | undefined;
	/** The newest event when it had. */
	readonly seq?: number | undefined;
};

/** It is written anew when it has grown by this many bytes, or to this many times what is needed. */
const slack = 1 << 20;
const times = 4;

/** Where keys are written down: a file in the state directory, which is there from the first one on. */
export class KeysFile {
	readonly #path: Buffer;
	#fd = -1;
	#size = 0;
	#least = 0;

	constructor(path: string) {
		this.#path = Buffer.from(path, 'latin1');
	}

	/** What was written, the newest of each key; empty where nothing was. A last line that was cut off is none. */
	read(): Map<string, Keyed> {
		const found = new Map<string, Keyed>();
		for (const line of this.#lines()) {
			const [keyed, isThere] = entryOf(line) ?? [undefined, false];
			if (keyed !== undefined) {
				found.delete(keyed.key);
			}
			if (keyed !== undefined && isThere) {
				found.set(keyed.key, keyed);
			}
		}
		return found;
	}

	/** Writes one down, or that it is forgotten; `all` is what is known then. Throws what the file system says. */
	write(keyed: Keyed, all: ReadonlyMap<string, Keyed>): void {
		if (this.#fd < 0 || this.#size > this.#least * times + slack) {
			this.#renew(all);
			return;
		}
		try {
			this.#size += writeAll(this.#fd, lineOf(keyed, all.has(keyed.key)), this.#size);
		} catch (fault) {
			ftruncateSync(this.#fd, this.#size);
			throw fault;
		}
	}

	#renew(all: ReadonlyMap<string, Keyed>): void {
		const draft = Buffer.concat([this.#path, Buffer.from('.new')]);
		const fd = openSync(draft, 'w', 0o600);
		try {
			this.#least = writeAll(fd, Array.from(all.values(), (it) => lineOf(it, true)).join(''), 0);
			renameSync(draft, this.#path);
		} catch (fault) {
			closeSync(fd);
			throw fault;
		}
		if (this.#fd >= 0) {
			closeSync(this.#fd);
		}
		this.#fd = fd;
		this.#size = this.#least;
	}

	#lines(): string[] {
		try {
			return readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
		} catch {
			return [];
		}
	}
}

function entryOf(line: string): [Keyed, boolean] | undefined {
	try {
		return JSON.parse(line) as [Keyed, boolean];
	} catch {
		return undefined;
	}
}

function lineOf(keyed: Keyed, isThere: boolean): string {
	return `${JSON.stringify([keyed, isThere])}\n`;
}

function writeAll(fd: number, text: string, from: number): number {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; ) {
		at += writeSync(fd, bytes, at, bytes.length - at, from + at);
	}
	return bytes.length;
}
