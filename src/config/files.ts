import { constants, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path/posix';
import { errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { toBytes } from '../base/to-bytes.ts';
import { ask, close, fstat, open, readAll } from './disk.ts';
import { expand } from './expand.ts';
import type { Mistake, Place } from './mistake.ts';
import { isTable, type Node } from './node.ts';
import { type Bad, bad, list, someText } from './reader.ts';
import { parseToml } from './toml.ts';

/** What one file may hold, bytes. */
export const largestFile = 2 ** 20;
/** How many files a configuration may be. */
export const mostFiles = 1000;

/** A file of the configuration. `folder` is absolute: what is relative in it counts from there. */
export type File = { readonly file: string; readonly folder: string; readonly root: Node };

/**
 * Reads the file and what it includes, and so on, each once. `isNamed`: that there is none is a mistake; else it is as
 * if it were empty. Paths are latin1; in `file` they are as relative as `path` is.
 */
export async function readFiles(
	path: string,
	isNamed: boolean,
): Promise<{ files: File[]; mistakes: Mistake[] }> {
	const files: File[] = [];
	const mistakes: Mistake[] = [];
	const seen = new Set<string>();
	const queue: Wanted[] = [{ file: path, place: { file: path, line: 0 }, what: '', mayMiss: !isNamed }];
	for (const wanted of queue) {
		const absolute = absoluteOf(wanted.file);
		if (seen.has(absolute)) {
			continue;
		}
		seen.add(absolute);
		if (seen.size > mostFiles) {
			mistakes.push({ ...wanted.place, key: 'include', text: `more than ${mostFiles} files` });
			break;
		}
		const read = await readFile(wanted, absolute);
		if ('text' in read) {
			mistakes.push(read);
			continue;
		}
		files.push(read);
		const more = await includedBy(read);
		mistakes.push(...more.mistakes);
		queue.push(...more.wanted);
	}
	return { files, mistakes };
}

/** `place`: who wants it, `what` is put in front of why it cannot be read. */
type Wanted = {
	readonly file: string;
	readonly place: Place;
	readonly what: string;
	readonly mayMiss: boolean;
};

/** The current directory is asked for only where it counts: it may be gone. */
function absoluteOf(file: string): string {
	return isAbsolute(file) ? resolve(file) : resolve(toBytes(process.cwd()), file);
}

async function readFile({ file, place, what, mayMiss }: Wanted, absolute: string): Promise<File | Mistake> {
	const bytes = await ask(absolute, () => readBytes(absolute, mayMiss));
	if (isRefusal(bytes)) {
		return { ...place, key: what === '' ? '' : 'include', text: `${what}${bytes.refused}` };
	}
	const root = parseToml(bytes, file);
	return 'text' in root ? root : { file, folder: dirname(absolute), root };
}

async function includedBy({ file, folder, root }: File): Promise<{ wanted: Wanted[]; mistakes: Mistake[] }> {
	const wanted: Wanted[] = [];
	const mistakes: Mistake[] = [];
	const wrong = (line: number, text: string): Bad => {
		mistakes.push({ file, line, key: 'include', text });
		return bad;
	};
	const include = isTable(root.value) ? root.value.get('include') : undefined;
	const patterns = include && list(someText, 'paths').read(include, { folder, wrong });
	for (const pattern of patterns === undefined || patterns === bad ? [] : patterns) {
		const line = include?.line ?? 0;
		const whole = resolve(folder, pattern);
		const found = await ask(whole, () => expand(whole));
		if (isRefusal(found)) {
			wrong(line, `${pattern}: ${found.refused}`);
			continue;
		}
		for (const path of found.slice(0, mostFiles + 1)) {
			const name = isAbsolute(pattern) ? path : join(dirname(file), relative(folder, path));
			wanted.push({ file: name, place: { file, line }, what: `${name}: `, mayMiss: false });
		}
	}
	return { wanted, mistakes };
}

/**
 * Everything in a file of at most `largest` bytes; nothing where there is none and `mayMiss`. `saw` hears what
 * was opened.
 */
export async function readBytes(
	path: string,
	mayMiss = false,
	largest = largestFile,
	saw: (found: Stats) => void = () => undefined,
): Promise<Uint8Array | Refusal> {
	const tooLarge = `is larger than ${showSize(largest)}`;
	try {
		// A FIFO nobody writes into must not hold us.
		const fd = await open(Buffer.from(path, 'latin1'), constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			const found = await fstat(fd);
			if (!found.isFile() || found.size > largest) {
				return refuse(found.isFile() ? tooLarge : 'is no regular file');
			}
			saw(found);
			const bytes = await readAll(fd, found.size, largest + 1);
			return bytes.length > largest ? refuse(tooLarge) : bytes;
		} finally {
			await close(fd);
		}
	} catch (error) {
		const { code, errno } = error as NodeJS.ErrnoException;
		if (errno === undefined) {
			throw error;
		}
		return mayMiss && code === 'ENOENT' ? new Uint8Array() : refuse(`cannot read: ${errnoText(errno)}`);
	}
}

function showSize(bytes: number): string {
	return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`;
}
