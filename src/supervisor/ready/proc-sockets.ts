import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A file of /proc; empty where it cannot be read. */
export function read(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}

/** Whether a process has one of these sockets; undefined when it may not be looked at. */
export function holds(pid: number, sockets: ReadonlySet<string>): boolean | undefined {
	try {
		for (const fd of readdirSync(`/proc/${pid}/fd`)) {
			if (sockets.has(linkOf(`/proc/${pid}/fd/${fd}`))) {
				return true;
			}
		}
		return false;
	} catch (error) {
		// One that has ended meanwhile holds nothing.
		return (error as NodeJS.ErrnoException).code === 'EACCES' ? undefined : false;
	}
}

function linkOf(path: string): string {
	try {
		return readlinkSync(path, 'latin1');
	} catch {
		return '';
	}
}

/**
 * Whether a process has a socket in an epoll of its, so that it hears of who connects. proc(5) fdinfo has a line for
 * each: `tfd: 7 events: 19 data: 7 pos:0 ino:1a2b sdev:9`.
 */
export function polls(pid: number, inode: number): boolean {
	const line = new RegExp(`^tfd:.* ino:${inode.toString(16)} `, 'm');
	return descriptorsOf(pid).some(
		(fd) =>
			linkOf(`/proc/${pid}/fd/${fd}`) === 'anon_inode:[eventpoll]' &&
			line.test(read(`/proc/${pid}/fdinfo/${fd}`)),
	);
}

function descriptorsOf(pid: number): string[] {
	try {
		return readdirSync(`/proc/${pid}/fd`);
	} catch {
		return [];
	}
}
