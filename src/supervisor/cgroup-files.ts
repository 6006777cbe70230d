/** The files of control groups: what the system says of them as a value, for they may go at any time. */
import {
	closeSync,
	constants,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	rmdirSync,
	writeSync,
} from 'node:fs';

/** The kernel gives a file in pages: what is that short has come whole. */
const short = 1024;
const room = Buffer.allocUnsafeSlow(2 * short);

/** The text of a file; undefined when it cannot be read. Most are a line or two, and are read at each end. */
export function read(path: string): string | undefined {
	const fd = open(path);
	if (fd < 0) {
		return undefined;
	}
	try {
		const length = readSync(fd, room);
		return length < short
			? room.toString('latin1', 0, length)
			: room.toString('latin1', 0, length) + readFileSync(fd, 'latin1');
	} catch {
		return undefined;
	} finally {
		closeSync(fd);
	}
}

/** Whether the kernel took it. A file is not made where there is none, and may be one that is only written. */
export function write(path: string, text: string): boolean {
	const fd = open(path, constants.O_WRONLY | constants.O_TRUNC);
	if (fd < 0) {
		return false;
	}
	try {
		return writeSync(fd, text) > 0;
	} catch {
		return false;
	} finally {
		closeSync(fd);
	}
}

/** A descriptor or -errno. */
export function open(path: string, flags: number = constants.O_RDONLY): number {
	return attempt(() => openSync(path, flags));
}

/** A descriptor of a directory, or -errno. */
export function openDirectory(path: string): number {
	return open(path, constants.O_RDONLY | constants.O_DIRECTORY);
}

/** 0 or -errno. */
export function makeDirectory(path: string): number {
	return attempt(() => {
		mkdirSync(path);
		return 0;
	});
}

/** Removes a directory of the kernel's, whose files go with it, and those below it: 0 or -errno. */
export function removeDirectories(path: string): number {
	return attempt(() => {
		for (const inner of directoriesBelow(path).reverse()) {
			rmdirSync(inner);
		}
		rmdirSync(path);
		return 0;
	});
}

/** The paths of all directories below one, parents first. */
export function directoriesBelow(path: string): string[] {
	return directoriesIn(path).flatMap((name) => [`${path}/${name}`, ...directoriesBelow(`${path}/${name}`)]);
}

/** The names of the directories in one. */
export function directoriesIn(path: string): string[] {
	try {
		const entries = readdirSync(path, { withFileTypes: true });
		return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
	} catch {
		return [];
	}
}

function attempt(make: () => number): number {
	try {
		return make();
	} catch (error) {
		return error instanceof Error && 'errno' in error ? Number(error.errno) : -1;
	}
}
