import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { errnoName } from '../base/errno.ts';
import type { Addon } from './addon.ts';

/** Room is taken in steps of so many bytes, whole pages whatever the machine; or where there is less, of one page. */
const step = 64 << 10;
const page = 4 << 10;

/** How much of it is to be there behind the text, bytes. */
export const ahead = step / 2;

/**
 * A file that is written on, with room behind its text that nobody else can take: what fits there is written also when
 * the file system is full by then. Who reads it sees the text alone. All here throws what the file system says.
 */
export class PreallocatedFile {
	readonly #native: Pick<Addon, 'preallocate'>;
	readonly #fd: number;
	#size = 0;
	/** Up to where there is room; Infinity where the file system takes none ahead. */
	#end = 0;

	/** At a path, in latin1. Of what is there the room is kept where it has no text. */
	constructor(native: Pick<Addon, 'preallocate'>, path: string) {
		this.#native = native;
		this.#fd = openSync(Buffer.from(path, 'latin1'), constants.O_WRONLY | constants.O_CREAT, 0o600);
		const { size, blocks } = fstatSync(this.#fd);
		if (size > 0) {
			this.trim();
		} else {
			this.#end = down(blocks * 512);
		}
	}

	/** The bytes of its text. */
	get size(): number {
		return this.#size;
	}

	/** Up to where there is room, bytes from its begin; Infinity where the file system takes none ahead. */
	get end(): number {
		return this.#end;
	}

	/** Writes a text behind what is there, whole or not at all: what would follow half of it could not be read. */
	append(text: string): void {
		const bytes = Buffer.from(text);
		this.reserve(this.#size + bytes.length);
		try {
			for (let at = 0; at < bytes.length; ) {
				at += writeSync(this.#fd, bytes, at, bytes.length - at, this.#size + at);
			}
		} catch (fault) {
			// Where no room is taken ahead.
			this.trim();
			throw fault;
		}
		this.#size += bytes.length;
	}

	/** Sees to room up to there: takes some more than that where there is as much, and none where there is less. */
	reserve(until: number): void {
		if (until > this.#end) {
			try {
				this.#take(Math.ceil(until / step) * step);
			} catch {
				this.#take(Math.ceil(until / page) * page);
			}
		}
	}

	/** Gives back what room there is behind the text. */
	trim(): void {
		ftruncateSync(this.#fd, this.#size);
		if (Number.isFinite(this.#end)) {
			this.#end = down(this.#size);
		}
	}

	close(): void {
		closeSync(this.#fd);
	}

	#take(end: number): void {
		const result = this.#native.preallocate(this.#fd, this.#end, end - this.#end);
		if (result < 0) {
			const code = errnoName(result);
			throw Object.assign(new Error(`${code}: no room ahead`), { errno: result, code });
		}
		this.#end = result === 0 ? Number.POSITIVE_INFINITY : end;
	}
}

function down(bytes: number): number {
	return Math.floor(bytes / page) * page;
}
