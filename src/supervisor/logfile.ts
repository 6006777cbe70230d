import { type FileHandle, open } from 'node:fs/promises';
import { type LogLine, mostChars, parseRecord } from './logrecord.ts';

/** A place in a log: which file that is, whatever it is called by now, and how many bytes are before it. */
export type LogPlace = { readonly file: string; readonly offset: number };

/** How much is read at a time. */
export type Back = { readonly chunk: number; readonly from?: LogPlace | undefined };

/**
 * The records of a log whose parts are `files`, the oldest first, read backwards from its end or from a place, a chunk
 * at a time: the newest record of a chunk comes first. Parts that are not there are skipped; what stands behind the last
 * line break is no record yet. Throws what the system says.
 */
export async function* recordsBack(files: readonly string[], back: Back): AsyncGenerator<LogLine[]> {
	const seen = new Set<string>();
	let { from } = back;
	for (const path of files.toReversed()) {
		await using file = await openIfThere(path);
		if (file === undefined) {
			continue;
		}
		const { id, size } = await identify(file);
		// A rotation in between gives the part that was read last the name that is opened next.
		if (seen.has(id) || (from !== undefined && from.file !== id)) {
			continue;
		}
		seen.add(id);
		yield* readBack(file, from?.offset ?? size, back.chunk);
		from = undefined;
	}
}

/** Opens a file to read it; undefined when there is none. */
export async function openIfThere(path: string): Promise<FileHandle | undefined> {
	try {
		return await open(path, 'r');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}
		throw error;
	}
}

/** What a file is known by as long as it is there, and its size. */
export async function identify(file: FileHandle): Promise<{ id: string; size: number }> {
	const { dev, ino, size } = await file.stat({ bigint: true });
	return { id: `${dev}:${ino}`, size: Number(size) };
}

async function* readBack(file: FileHandle, end: number, chunk: number): AsyncGenerator<LogLine[]> {
	const buffer = Buffer.allocUnsafe(chunk);
	const cutter = new Cutter();
	let from = end;
	while (from > 0) {
		const wanted = Math.min(chunk, from);
		from -= wanted;
		const { bytesRead } = await file.read(buffer, 0, wanted, from);
		if (bytesRead < wanted) {
			// A torn end was cut off since.
			cutter.reset();
		}
		const lines = cutter.cut(buffer.toString('latin1', 0, bytesRead));
		if (from === 0) {
			lines.push(...cutter.last());
		}
		if (lines.length > 0) {
			yield lines;
		}
	}
}

/** Puts together the records whose parts come from behind. */
class Cutter {
	/** The end of the record whose beginning was not read yet; undefined where no record ends. */
	#rest: string | undefined;

	reset(): void {
		this.#rest = undefined;
	}

	/** The records that begin in `text`, the last first. */
	cut(text: string): LogLine[] {
		const lines: LogLine[] = [];
		let end = text.length;
		for (let at = text.lastIndexOf('\n'); at >= 0; at = at > 0 ? text.lastIndexOf('\n', at - 1) : -1) {
			if (this.#rest !== undefined) {
				push(lines, text.slice(at + 1, end) + this.#rest);
			}
			this.#rest = '';
			end = at;
		}
		// What is longer is no record of ours: it is not kept, and not taken when its beginning is found.
		if (this.#rest !== undefined && this.#rest.length <= mostChars) {
			this.#rest = text.slice(0, end) + this.#rest;
		}
		return lines;
	}

	/** The one that the file begins with. */
	last(): LogLine[] {
		const lines: LogLine[] = [];
		push(lines, this.#rest ?? '');
		return lines;
	}
}

function push(lines: LogLine[], record: string): void {
	const line = parseRecord(record);
	if (line !== undefined) {
		lines.push(line);
	}
}
