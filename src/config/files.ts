import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path/posix';
import { errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { expand } from './expand.ts';
import type { Mistake, Place } from './mistake.ts';
import { isTable, type Node } from './node.ts';
import { bad, list, someText } from './reader.ts';
import { parseToml, toBytes } from './toml.ts';

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
	const queue: { file: string; from: Place | undefined }[] = [{ file: path, from: undefined }];
	for (const { file, from } of queue) {
		const absolute = resolve(toBytes(process.cwd()), file);
		if (seen.has(absolute)) {
			continue;
		}
		seen.add(absolute);
		const tell = (place: Place, text: string, key = '') => mistakes.push({ ...place, key, text });
		if (seen.size > mostFiles) {
			tell(from ?? { file, line: 0 }, `more than ${mostFiles} files`, 'include');
			break;
		}
		const bytes = await readBytes(absolute, !isNamed && from === undefined);
		const node = isRefusal(bytes) ? undefined : parseToml(bytes, file);
		if (isRefusal(bytes)) {
			tell(
				from ?? { file, line: 0 },
				from === undefined ? bytes.refused : `${file}: ${bytes.refused}`,
				from && 'include',
			);
		} else if (node !== undefined && 'text' in node) {
			mistakes.push(node);
		} else if (node !== undefined) {
			const folder = dirname(absolute);
			files.push({ file, folder, root: node });
			for (const include of includesOf(node, (line, text) => tell({ file, line }, text, 'include'))) {
				const found = await expand(resolve(folder, include.pattern));
				if (isRefusal(found)) {
					tell({ file, line: include.line }, found.refused, 'include');
					continue;
				}
				const shorten = (it: string) =>
					isAbsolute(include.pattern) ? it : join(dirname(file), relative(folder, it));
				queue.push(...found.map((it) => ({ file: shorten(it), from: { file, line: include.line } })));
			}
		}
	}
	return { files, mistakes };
}

/** Everything in a file of at most `largestFile` bytes; nothing where there is none and `mayMiss`. */
export async function readBytes(path: string, mayMiss = false): Promise<Uint8Array | Refusal> {
	try {
		// A FIFO nobody writes into must not hold us.
		const handle = await open(Buffer.from(path, 'latin1'), constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			const { size } = await handle.stat().then((it) => (it.isFile() ? it : { size: -1 }));
			if (size < 0 || size > largestFile) {
				return refuse(size < 0 ? 'is no regular file' : `is larger than ${largestFile / 2 ** 20} MiB`);
			}
			const bytes = await handle.readFile();
			return bytes.length > largestFile ? refuse(`is larger than ${largestFile / 2 ** 20} MiB`) : bytes;
		} finally {
			await handle.close();
		}
	} catch (error) {
		const { code, errno } = error as NodeJS.ErrnoException;
		if (errno === undefined) {
			throw error;
		}
		return mayMiss && code === 'ENOENT' ? new Uint8Array() : refuse(`cannot read: ${errnoText(errno)}`);
	}
}

function includesOf(
	{ value }: Node,
	wrong: (line: number, text: string) => void,
): readonly { pattern: string; line: number }[] {
	const include = isTable(value) ? value.get('include') : undefined;
	if (include === undefined) {
		return [];
	}
	const patterns = list(someText, 'paths').read(include, {
		folder: '',
		accounts: { user: () => undefined, group: () => undefined },
		wrong(line, text) {
			wrong(line, text);
			return bad;
		},
	});
	return patterns === bad ? [] : patterns.map((pattern) => ({ pattern, line: include.line }));
}
