import type { BigIntStats } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path/posix';
import { errnoText } from '../../base/errno.ts';
import { compileGlob, isGlob } from '../../base/glob.ts';
import type { Disk } from './disk.ts';

/** How many names one glob may match, in all directories that it leads to. */
export const mostMatches = 1000;
/** Symbolic links in one path, as the kernel has it. */
const mostLinks = 40;

/** Which names of a directory count: where another is told nobody has to look. */
export type IsAsked = (name: string) => boolean;

/** A directory to be watched, as it is called without links. `identity`: another one under its name has another. */
export type Passed = { readonly identity: string; readonly asked: IsAsked[] };

/** What a look at a path or glob has found. */
export type Found = {
	/** By its path, what a file is: another text when it has changed. */
	readonly prints: ReadonlyMap<string, string>;
	/** The directories that tell when this is no longer so. */
	readonly passed: ReadonlyMap<string, Passed>;
	/** Paths below which nothing is known, because it could not be looked at; `''`: of the whole. */
	readonly unknown: readonly string[];
	/** Why not. */
	readonly trouble: string | undefined;
};

/** `shown`: it is part of the path as events have it, not of where a link leads. */
type Part = { readonly name: string; readonly glob: IsAsked | '**' | undefined; readonly shown: boolean };

type At = {
	readonly directory: string;
	readonly rest: readonly Part[];
	readonly path: string;
	readonly links: number;
};

/**
 * Looks for what a path or glob stands for, name by name as the kernel does, so that every directory is known in which
 * something could become of it: the one it is in, the nearest one there is, those that hold links on the way. In a name
 * `*`, `?` and `[a-z]` match, what begins with a dot only where the pattern says the dot; `**` is one or more
 * directories, links not followed. `thorough`: also directories on the way that hold no link (somebody may move one)
 * and, for a plain path, the file itself (it may be written by another name), which costs more watches.
 */
export class Lookup {
	readonly #disk: Disk;
	readonly #thorough: boolean;
	/** What has been asked in this look, by path. */
	readonly #stats = new Map<string, Promise<BigIntStats | number>>();
	readonly #prints = new Map<string, string>();
	readonly #passed = new Map<string, Passed>();
	readonly #unknown: string[] = [];
	#trouble: string | undefined;
	#pattern = '';
	#matches = 0;
	#watchesFile = false;

	constructor(disk: Disk, thorough: boolean) {
		this.#disk = disk;
		this.#thorough = thorough;
	}

	async find(pattern: string): Promise<Found> {
		const rest = pattern === '/' ? [] : pattern.slice(1).split('/').map(partOf);
		this.#pattern = pattern;
		this.#watchesFile = this.#thorough && !isGlob(pattern);
		await this.#walk({ directory: '/', rest, path: '', links: 0 });
		return {
			prints: this.#prints,
			passed: this.#passed,
			unknown: this.#unknown,
			trouble: this.#trouble,
		};
	}

	async #walk(at: At): Promise<void> {
		const [part, ...rest] = at.rest;
		if (part === undefined) {
			// The path is `/`, or a link leads there.
			await this.#leaf(at.directory, at.path === '' ? '/' : at.path);
		} else if (part.name === '..') {
			await this.#walk({ ...at, directory: dirname(at.directory), rest });
		} else if (part.name === '.' || part.name === '') {
			await this.#walk({ ...at, rest });
		} else if (part.glob === undefined) {
			await this.#enter(at, part, rest);
		} else {
			await this.#expand(at, part.glob, rest);
		}
	}

	async #enter(at: At, { name, shown }: Part, rest: readonly Part[]): Promise<void> {
		const here = `${at.directory === '/' ? '' : at.directory}/${name}`;
		const path = shown ? `${at.path}/${name}` : at.path;
		const stat = await this.#stat(here);
		const isAsked = (it: string) => it === name;
		if (typeof stat !== 'number' && stat.isDirectory() && rest.length > 0) {
			if (this.#thorough) {
				await this.#pass(at.directory, isAsked);
			}
			await this.#walk({ ...at, directory: here, rest, path });
			return;
		}
		await this.#pass(at.directory, isAsked);
		if (typeof stat === 'number') {
			this.#cannot(here, stat, path);
		} else if (stat.isSymbolicLink()) {
			if (at.links < mostLinks) {
				const target = await this.#disk.readlink(here).catch(() => undefined);
				const to = target?.split('/').map((it): Part => ({ name: it, glob: undefined, shown: false }));
				const directory = target?.startsWith('/') ? '/' : at.directory;
				await (to && this.#walk({ directory, rest: [...to, ...rest], path, links: at.links + 1 }));
			}
		} else if (rest.length === 0) {
			await this.#leaf(here, path);
		}
	}

	async #expand(at: At, glob: IsAsked | '**', rest: readonly Part[]): Promise<void> {
		const isAsked = glob === '**' ? isVisible : glob;
		await this.#pass(at.directory, isAsked);
		for (const name of await this.#names(at, isAsked)) {
			const plain: Part = { name, glob: undefined, shown: true };
			if (glob !== '**') {
				await this.#enter(at, plain, rest);
				continue;
			}
			const directory = `${at.directory === '/' ? '' : at.directory}/${name}`;
			const stat = await this.#stat(directory);
			const isDirectory = typeof stat !== 'number' && stat.isDirectory();
			if (isDirectory || rest.length === 0) {
				await this.#enter(at, plain, rest);
			}
			if (isDirectory) {
				await this.#walk({ ...at, directory, path: `${at.path}/${name}` });
			}
		}
	}

	async #names({ directory, path }: At, isAsked: IsAsked): Promise<readonly string[]> {
		try {
			const left = mostMatches - this.#matches;
			const names = left < 0 ? undefined : await this.#disk.names(directory, isAsked, left);
			this.#matches += names?.length ?? mostMatches + 1;
			if (names === undefined) {
				this.#unknown.push('');
				this.#trouble = `${this.#pattern} matches more than ${mostMatches} names: nothing is told of it until they are fewer`;
			}
			return names ?? [];
		} catch (error) {
			this.#cannot(directory, errnoOf(error), path);
			return [];
		}
	}

	async #leaf(here: string, path: string): Promise<void> {
		const stat = await this.#stat(here);
		if (typeof stat === 'number') {
			this.#cannot(here, stat, path);
			return;
		}
		this.#prints.set(path, printOf(stat));
		if (this.#watchesFile && stat.isFile()) {
			this.#note(here, identityOf(stat), () => true);
		}
	}

	async #pass(directory: string, isAsked: IsAsked): Promise<void> {
		const stat = await this.#stat(directory);
		if (typeof stat !== 'number') {
			this.#note(directory, identityOf(stat), isAsked);
		}
	}

	#note(path: string, identity: string, isAsked: IsAsked): void {
		const known = this.#passed.get(path);
		if (known === undefined) {
			this.#passed.set(path, { identity, asked: [isAsked] });
		} else {
			known.asked.push(isAsked);
		}
	}

	#stat(path: string): Promise<BigIntStats | number> {
		const known = this.#stats.get(path) ?? this.#disk.lstat(path).catch(errnoOf);
		this.#stats.set(path, known);
		return known;
	}

	/** That nothing is there is no trouble. */
	#cannot(here: string, errno: number, path: string): void {
		const { ENOENT, ENOTDIR } = constants.errno;
		if (errno !== ENOENT && errno !== ENOTDIR) {
			this.#unknown.push(path);
			this.#trouble ??= `cannot look at ${here}: ${errnoText(errno)}`;
		}
	}
}

function partOf(name: string): Part {
	if (name === '**') {
		return { name, glob: '**', shown: true };
	}
	const matches = compileGlob(name);
	const isAsked = name.startsWith('.') ? matches : (it: string) => isVisible(it) && matches(it);
	return { name, glob: isGlob(name) ? isAsked : undefined, shown: true };
}

function isVisible(name: string): boolean {
	return !name.startsWith('.');
}

/** Of a file when it was written and how long it is; of anything else only which one it is. */
function printOf(stat: BigIntStats): string {
	const { dev, ino, mode, mtimeNs, size } = stat;
	const which = `${dev}:${ino}:${mode >> 12n}`;
	return stat.isFile() ? `${which}:${mtimeNs}:${size}` : which;
}

/** The number of one that is gone may be given out again, but not with the time it was made. */
function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
	return `${dev}:${ino}:${birthtimeNs}`;
}

/** Positive, as errno(3) has it. */
function errnoOf(error: unknown): number {
	return Math.abs((error as NodeJS.ErrnoException).errno ?? 0);
}
