import type { FileHandle } from 'node:fs/promises';
import { isoTime } from '../base/clock.ts';
import { identify, type LogPlace, openIfThere } from './logfile.ts';
import { mostChars, parseRecord } from './logrecord.ts';

/** Enough for the end of one record and another whole one. */
const chunkBytes = 2 * (mostChars + 1);

/** The end of a log's newest file, behind its last record; undefined when it is not there. */
export async function placeAtEnd(path: string): Promise<LogPlace | undefined> {
	await using file = await openIfThere(path);
	if (file === undefined) {
		return undefined;
	}
	const { id, size } = await identify(file);
	const from = Math.max(0, size - chunkBytes);
	const text = await read(file, from, size - from);
	return { file: id, offset: from + text.lastIndexOf('\n') + 1 };
}

/**
 * A place before the first record of that time (milliseconds since 1970) or later, found by halving, and not far before
 * it; undefined when there is no file. `files`: the parts of a log, the oldest first.
 */
export async function placeSince(files: readonly string[], since: number): Promise<LogPlace | undefined> {
	const time = isoTime(since);
	let place: LogPlace | undefined;
	for (const path of files.toReversed()) {
		await using file = await openIfThere(path);
		if (file === undefined) {
			continue;
		}
		const { id, size } = await identify(file);
		const first = await recordAfter(file, 0, size);
		place = { file: id, offset: first === undefined ? 0 : await halve(file, time, size) };
		if (first !== undefined && first.time < time) {
			break;
		}
	}
	return place;
}

async function halve(file: FileHandle, time: string, size: number): Promise<number> {
	let low = 0;
	let high = size;
	while (high - low > chunkBytes) {
		const middle = Math.floor((low + high) / 2);
		const found = await recordAfter(file, middle, size);
		if (found !== undefined && found.time < time) {
			low = found.offset;
		} else {
			high = middle;
		}
	}
	return low;
}

/** The first record that begins at that offset (where one is 0) or behind it: when it is of, and where it begins. */
async function recordAfter(
	file: FileHandle,
	offset: number,
	size: number,
): Promise<{ time: string; offset: number } | undefined> {
	const text = await read(file, offset, Math.min(chunkBytes, size - offset));
	for (let at = offset === 0 ? 0 : text.indexOf('\n') + 1; ; ) {
		const end = text.indexOf('\n', at);
		if (end < 0 || (offset > 0 && at === 0)) {
			return undefined;
		}
		const record = parseRecord(text.slice(at, end));
		if (record !== undefined) {
			return { time: record.time, offset: offset + at };
		}
		at = end + 1;
	}
}

async function read(file: FileHandle, offset: number, length: number): Promise<string> {
	const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
	return buffer.toString('latin1', 0, bytesRead);
}
