import { errnoText } from '../base/errno.ts';
import { compileGlob, isGlob } from '../base/glob.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { lstat, readdir } from './disk.ts';

/**
 * The paths that an absolute pattern matches, in the order of their bytes; a plain path is its own match, whether it is
 * there or not. `*`, `?` and `[a-z]` match within a name; names that begin with a dot only where the pattern says the
 * dot. All latin1.
 */
export async function expand(pattern: string): Promise<string[] | Refusal> {
	if (!isGlob(pattern)) {
		return [pattern];
	}
	let found = [''];
	for (const part of pattern.split('/').slice(1)) {
		const next: string[] = [];
		for (const directory of found) {
			const names = isGlob(part) ? await namesIn(directory, part) : [part];
			if (!Array.isArray(names)) {
				return names;
			}
			next.push(...names.map((name) => `${directory}/${name}`));
		}
		found = next;
	}
	const there: string[] = [];
	for (const path of found) {
		// One by one: each that hangs keeps one of Node's few threads.
		if (await isThere(path)) {
			there.push(path);
		}
	}
	return there.sort();
}

async function namesIn(directory: string, part: string): Promise<string[] | Refusal> {
	const matches = compileGlob(part);
	try {
		const names = await readdir(Buffer.from(`${directory}/`, 'latin1'), { encoding: 'latin1' });
		return names.filter((name) => (part.startsWith('.') || !name.startsWith('.')) && matches(name));
	} catch (error) {
		const { code, errno = 0 } = error as NodeJS.ErrnoException;
		return code === 'ENOENT' || code === 'ENOTDIR'
			? []
			: refuse(`cannot read ${directory}/: ${errnoText(errno)}`);
	}
}

async function isThere(path: string): Promise<boolean> {
	return lstat(Buffer.from(path, 'latin1')).then(
		() => true,
		() => false,
	);
}
