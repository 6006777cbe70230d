import {
	closeSync,
	fstatSync,
	ftruncateSync,
	openSync,
	readdirSync,
	readSync,
	rmSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Reads are this long, unless a line is longer. */
export const chunkBytes = 65_536;
const digits = 16;
const chunk = Buffer.allocUnsafeSlow(chunkBytes);

/**
 * One file of a ring: lines in the order of their numbers, only ever appended to, named by the number of its first
 * event. It stays open for as long as it is kept, so reading it needs no descriptor that might not be there.
 */
export class Segment {
	readonly first: number;
	readonly #path: string;
	#fd: number;
	#size: number;
	#dirty = false;

	/** Opens the file, or makes it. Throws what the system says. */
	constructor(directory: string, first: number) {
		this.first = first;
		this.#path = join(directory, String(first).padStart(digits, '0'));
		this.#fd = openSync(this.#path, 'a+', 0o600);
		this.#size = fstatSync(this.#fd).size;
	}

	/** The first numbers of the segments in a directory, ascending; other files there are left alone. */
	static list(directory: string): number[] {
		const names = readdirSync(directory).filter((name) => name.length === digits && /^\d+$/.test(name));
		return names.map(Number).sort((a, b) => a - b);
	}

	/** Bytes in whole records: what may be read. 0 once it is removed or closed. */
	get size(): number {
		return this.#size;
	}

	/** Appends ASCII text whole or not at all; throws what the system says. */
	append(text: string): void {
		if (this.#dirty) {
			this.truncate(this.#size);
		}
		let written = writeSync(this.#fd, text, null, 'latin1');
		// A disk that fills up takes a part first and fails at the rest.
		while (written < text.length) {
			this.#dirty = true;
			written += writeSync(this.#fd, text.slice(written), null, 'latin1');
		}
		this.#dirty = false;
		this.#size += text.length;
	}

	/** Cuts the file; throws what the system says. */
	truncate(size: number): void {
		ftruncateSync(this.#fd, size);
		this.#dirty = false;
		this.#size = size;
	}

	/** Up to `length` bytes from `offset` on, as they are; nothing beyond the end or once it is removed. */
	read(offset: number, length: number): string {
		const wanted = Math.min(length, this.#size - offset);
		if (wanted <= 0) {
			return '';
		}
		const buffer = wanted <= chunkBytes ? chunk : Buffer.allocUnsafeSlow(wanted);
		return buffer.toString('latin1', 0, readSync(this.#fd, buffer, 0, wanted, offset));
	}

	/** Whole lines from `offset` (the start of one) on: a chunk of them, or one that is longer; '' at the end. */
	lines(offset: number): string {
		for (let length = chunkBytes; ; length *= 2) {
			const text = this.read(offset, length);
			const end = text.lastIndexOf('\n') + 1;
			if (end > 0 || text.length < length) {
				return text.slice(0, end);
			}
		}
	}

	/** Closes and deletes it. A reader that is at it finds nothing more in it. */
	remove(): void {
		this.close();
		rmSync(this.#path, { force: true });
	}

	close(): void {
		if (this.#fd >= 0) {
			closeSync(this.#fd);
		}
		this.#fd = -1;
		this.#size = 0;
	}
}
