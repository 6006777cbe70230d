import type { Disk } from './files/disk.ts';

/** A file that a process executes code from: its program or a library. `isDeleted`: its path no longer leads to it. */
export type Mapped = { readonly path: string; readonly isDeleted: boolean };

/** Address, permissions with an x, offset, device, inode, path (proc_pid_maps(5)). */
const executable = /^\S+ ..x. \S+ \S+ [1-9]\d* +(\/.*)$/;
/** Memory that has a name like a path: memfd_create(2), shmget(2), /dev/zero and the like. */
const noFile = /^\/(?:memfd:|SYSV|dev\/|\[)/;
const deleted = ' (deleted)';

/**
 * The files that a process maps executable; none where it is gone or not ours to look at, and none where it has another
 * file system than archon (a container): its paths mean something else there. Linux.
 */
export async function mappedBy(pid: number, disk: Disk): Promise<Mapped[]> {
	const found = new Map<string, Mapped>();
	try {
		if ((await disk.readlink(`/proc/${pid}/ns/mnt`)) !== (await disk.readlink('/proc/self/ns/mnt'))) {
			return [];
		}
		await disk.lines(`/proc/${pid}/maps`, (line) => {
			const mapped = parseMapped(line);
			if (mapped !== undefined) {
				found.set(`${mapped.path} ${mapped.isDeleted}`, mapped);
			}
		});
	} catch {
		return [];
	}
	return [...found.values()];
}

/** What a line of /proc/PID/maps says of a file that is executed; undefined for any other. */
export function parseMapped(line: string): Mapped | undefined {
	const [, named = ''] = executable.exec(line) ?? [];
	if (named === '' || noFile.test(named)) {
		return undefined;
	}
	const isDeleted = named.endsWith(deleted);
	const path = isDeleted ? named.slice(0, -deleted.length) : named;
	return { path: path.replaceAll('\\012', '\n'), isDeleted };
}
