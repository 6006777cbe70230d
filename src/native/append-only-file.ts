import { renameSync } from 'node:fs';
import type { Addon } from './addon.ts';
import { ahead, PreallocatedFile } from './preallocated-file.ts';

/** It is to be written anew when it has grown by this many bytes, or to this many times what was needed then. */
const slack = 1 << 20;
const times = 4;

/**
 * What is to be known after the daemon has died, in a file in memory (the run directory), of which the rest may be filled by
 * others at any time. So room is kept: for what is appended next, and beside it (`PATH.new`) for a file of the same size,
 * as which it is written anew. All here throws what the file system says, and then the file is as it was.
 */
export class AppendOnlyFile {
	readonly #native: Pick<Addon, 'preallocate'>;
	readonly #path: string;
	#file: PreallocatedFile | undefined;
	/** An empty one as which it is written anew, with room. */
	#next: PreallocatedFile | undefined;
	/** The size with which it began. */
	#least = 0;
	/** The size that it had when it was last tried to be written anew. */
	#tried = 0;

	/** At a path, in latin1. `rewrite` begins it; until then what is there stays, and nothing can be appended. */
	constructor(native: Pick<Addon, 'preallocate'>, path: string) {
		this.#native = native;
		this.#path = path;
	}

	/** Whether it is time for `rewrite`: it has grown far, or room is short, which what is not needed any more may give. */
	get isDue(): boolean {
		const size = this.#file?.size ?? 0;
		const isThick = size > this.#least * times + slack;
		return (isThick || !this.#hasRoom()) && size - this.#tried >= ahead;
	}

	/** All of a text or nothing. Room that was kept may be used for it; whether that could be taken again `reserve` says. */
	append(text: string): void {
		if (this.#file === undefined) {
			throw new Error(`${this.#path} has not begun`);
		}
		this.#file.append(text);
		this.#tryReserve();
	}

	/** Writes what is needed anew, or for the first time; what was there before is gone only once that is there. */
	rewrite(text: string): void {
		this.#tried = this.#file?.size ?? 0;
		const next = this.#next ?? this.#draft();
		this.#next = undefined;
		try {
			next.reserve(1);
			next.append(text);
			renameSync(Buffer.from(`${this.#path}.new`, 'latin1'), Buffer.from(this.#path, 'latin1'));
		} catch (fault) {
			// Its room stays: the next one finds it by the name.
			next.close();
			throw fault;
		}
		this.#file?.close();
		this.#file = next;
		this.#least = next.size;
		this.#tried = next.size;
		if (next.end > next.size + slack) {
			// As much as a larger one had.
			next.trim();
		}
		this.#tryReserve();
	}

	/** Takes the room again that was used. Where the file system takes none ahead nothing is done. */
	reserve(): void {
		const file = this.#file;
		if (file === undefined || this.#hasRoom()) {
			return;
		}
		// First what it is written anew as: without that what is not needed any more would give no room.
		this.#next ??= this.#draft();
		this.#next.reserve(file.end);
		this.#next.reserve(file.size + ahead);
		file.reserve(file.size + ahead);
	}

	close(): void {
		this.#file?.close();
		this.#next?.close();
	}

	#hasRoom(): boolean {
		const { size = 0, end = 0 } = this.#file ?? {};
		return !Number.isFinite(end) || (size + ahead <= end && (this.#next?.end ?? 0) >= end);
	}

	#tryReserve(): void {
		try {
			this.reserve();
		} catch {
			// What was kept is there for this; it is tried again each time.
		}
	}

	#draft(): PreallocatedFile {
		return new PreallocatedFile(this.#native, `${this.#path}.new`);
	}
}
