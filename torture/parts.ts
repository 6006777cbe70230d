import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** A part of a log that is open. */
type Part = { readonly fd: number; readonly id: string; readonly isRotated: boolean };

/** Follows a log over its rotations. */
export class Parts {
	readonly #path: string;
	/** How far each part was read. */
	readonly #offsets = new Map<string, number>();
	/** Those that were found rotated and with nothing new: none of them grows, and no older one either. */
	readonly #finished = new Set<string>();

	constructor(directory: string, name: string) {
		this.#path = join(directory, `${name}.log`);
	}

	/** Whole lines behind what was read. */
	lines(): string[] {
		const parts = this.#open();
		try {
			return parts.flatMap((part) => this.#linesOf(part));
		} finally {
			closeAll(parts);
		}
	}

	#linesOf({ fd, id, isRotated }: Part): string[] {
		const from = this.#offsets.get(id) ?? 0;
		const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - from));
		if (isRotated && bytes.length === 0) {
			this.#finished.add(id);
		}
		const text = bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, from));
		const whole = text.lastIndexOf('\n') + 1;
		this.#offsets.set(id, from + whole);
		return text.slice(0, whole).split('\n').slice(0, -1);
	}

	/** Those that may have news, oldest first, as they were at one moment: a rotation renames them all. */
	#open(): Part[] {
		for (;;) {
			const parts = this.#openOnce();
			const now = this.#openOnce();
			const isSame = parts.map(({ id }) => id).join() === now.map(({ id }) => id).join();
			closeAll(isSame ? now : [...parts, ...now]);
			if (isSame) {
				return parts;
			}
		}
	}

	#openOnce(): Part[] {
		const parts: Part[] = [];
		// One number may be missing: a rotation is going on, or was cut off.
		for (let [number, missing] = [0, 0]; missing < 2; number++) {
			const part = openIfThere(this.#path, number);
			if (part === undefined) {
				missing++;
				continue;
			}
			parts.unshift(part);
			if (this.#finished.has(part.id)) {
				break;
			}
		}
		return parts;
	}
}

function openIfThere(path: string, number: number): Part | undefined {
	try {
		const fd = openSync(number === 0 ? path : `${path}.${number}`, 'r');
		return { fd, id: idOf(fd), isRotated: number > 0 };
	} catch {
		return undefined;
	}
}

/** The number of an inode is given out again. */
function idOf(fd: number): string {
	const { ino, birthtimeMs } = fstatSync(fd);
	return `${ino} ${birthtimeMs}`;
}

function closeAll(parts: readonly Part[]): void {
	for (const { fd } of parts) {
		closeSync(fd);
	}
}
