import { type FileHandle, open } from 'node:fs/promises';

/** One record of a log file; `line` is latin1, one char per byte, and has no line break. */
export type LogLine = {
	readonly time: string;
	readonly stream: 'stdout' | 'stderr' | 'archon';
	readonly line: string;
};

/** More lines than this are never read at a time. */
export const mostLines = 10_000;

/** Nor more bytes: of very long lines there are fewer. */
const mostBytes = 16 << 20;

const chunkBytes = 65_536;

/** `<time> <o|e|a> ` and a line of at most 64 KiB: STAMP_SIZE and LINE_MOST in native/log.h. */
const stampChars = 27;
const mostChars = stampChars + 65_536;
const streams = new Map([
	[' o ', 'stdout'],
	[' e ', 'stderr'],
	[' a ', 'archon'],
] as const);

/**
 * The last `lines` records (at most `mostLines`) of a log whose parts are `files`, the oldest first; parts that are not
 * there are skipped. Reads backwards and only as far as need be. What stands behind the last line break is no record
 * yet. Throws what the system says.
 */
export async function tailLog(files: readonly string[], lines: number): Promise<LogLine[]> {
	const tail: Tail = { found: [], wanted: Math.min(lines, mostLines), bytes: 0 };
	const seen = new Set<string>();
	for (const path of files.toReversed()) {
		if (isFull(tail)) {
			break;
		}
		await using file = await openIfThere(path);
		if (file !== undefined && (await isNew(file, seen))) {
			await readBack(file, tail);
		}
	}
	return tail.found.reverse();
}

type Tail = { readonly found: LogLine[]; readonly wanted: number; bytes: number };

function isFull(tail: Tail): boolean {
	return tail.found.length >= tail.wanted || tail.bytes >= mostBytes;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
	try {
		return await open(path, 'r');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return undefined;
		}
		throw error;
	}
}

/** A rotation in between gives the part that was read last the name that is opened next. */
async function isNew(file: FileHandle, seen: Set<string>): Promise<boolean> {
	const { dev, ino } = await file.stat({ bigint: true });
	const key = `${dev}:${ino}`;
	const isFirst = !seen.has(key);
	seen.add(key);
	return isFirst;
}

async function readBack(file: FileHandle, tail: Tail): Promise<void> {
	const buffer = Buffer.allocUnsafe(chunkBytes);
	/** The end of the record whose beginning was not read yet; undefined where no record ends. */
	let rest: string | undefined;
	let { size: from } = await file.stat();
	while (from > 0 && !isFull(tail)) {
		const wanted = Math.min(chunkBytes, from);
		from -= wanted;
		const { bytesRead } = await file.read(buffer, 0, wanted, from);
		if (bytesRead < wanted) {
			// A torn end was cut off since.
			rest = undefined;
		}
		rest = takeRecords(buffer.toString('latin1', 0, bytesRead), rest, tail);
	}
	if (from === 0 && rest !== undefined) {
		take(rest, tail);
	}
}

/** Takes the records that begin in `text`, the last first; returns the end of one that begins before it. */
function takeRecords(text: string, rest: string | undefined, tail: Tail): string | undefined {
	let end = text.length;
	let record = rest;
	for (let at = text.lastIndexOf('\n'); at >= 0; at = at > 0 ? text.lastIndexOf('\n', at - 1) : -1) {
		if (record !== undefined) {
			take(text.slice(at + 1, end) + record, tail);
		}
		record = '';
		end = at;
		if (isFull(tail)) {
			return undefined;
		}
	}
	if (record === undefined || record.length > mostChars) {
		// What is longer is no record of ours: it is not kept, and not taken when its beginning is found.
		return record;
	}
	return text.slice(0, end) + record;
}

function take(record: string, tail: Tail): void {
	const stream = streams.get(record.slice(24, stampChars) as ' o ');
	if (stream !== undefined && record[23] === 'Z' && record.length <= mostChars && !isFull(tail)) {
		tail.found.push({ time: record.slice(0, 24), stream, line: record.slice(stampChars) });
		tail.bytes += record.length;
	}
}
