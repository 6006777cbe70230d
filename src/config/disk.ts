import {
	access as accessBack,
	close as closeBack,
	fstat as fstatBack,
	lstat as lstatBack,
	open as openBack,
	read as readBack,
	readdir as readdirBack,
	stat as statBack,
} from 'node:fs';
import { promisify } from 'node:util';
import { Asked, answerPatience } from '../base/asked.ts';
import { type Refusal, refuse } from '../base/refusal.ts';

// As node:fs/promises has them, which takes 5 ms of each start to load: it brings readline and perf_hooks along.
export const access = promisify(accessBack);
export const stat = promisify(statBack);
export const lstat = promisify(lstatBack);
export const readdir = promisify(readdirBack);
export const open = promisify(openBack);
export const fstat = promisify(fstatBack);
export const close = promisify(closeBack);
const read = promisify(readBack);

/** Bytes that are read at once at least: files of /proc say that they have none. */
const smallest = 4096;

/**
 * What is in a file from where its descriptor stands, up to `most` bytes; `size`: how many it is likely to have. Not
 * fs.readFile: of a descriptor that tells no error, but gives what it has read before.
 */
export async function readAll(fd: number, size: number, most: number): Promise<Uint8Array> {
	let bytes = Buffer.alloc(Math.min(Math.max(size + 1, smallest), most));
	let end = 0;
	for (;;) {
		const { bytesRead } = await read(fd, bytes, end, bytes.length - end, null);
		end += bytesRead;
		if (bytesRead === 0 || end === most) {
			return bytes.subarray(0, end);
		}
		if (end === bytes.length) {
			bytes = Buffer.concat([bytes], Math.min(2 * end, most));
		}
	}
}

/** Files of a configuration that are being read. */
const asked = new Asked();

/** Asks for one of them, as `act` does; refused where that was asked before and has not been answered since. */
export async function ask<T>(path: string, act: () => Promise<T>): Promise<T | Refusal> {
	return asked.isUnanswered(path, answerPatience)
		? refuse(`no answer within ${answerPatience / 1000} s: ${adviceOnHanging}`)
		: await asked.ask(path, act);
}

/** What of that has not been answered for so many milliseconds, of what was asked since then (`steady`). */
export function unanswered(patience: number, begun: number): string | undefined {
	return asked.unanswered(patience, begun);
}

/** What to do about a file that is not answered for. */
export const adviceOnHanging = 'mend what it is on or unmount it (umount -f), then reload again';
