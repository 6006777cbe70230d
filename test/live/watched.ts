import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Archon } from '../archon.ts';

/** What a process watches by epoll, its descriptors with their events: proc_pid_fdinfo(5). */
export function watchedBy(pid: number | undefined): { readonly fd: number; readonly events: number }[] {
	const folder = `/proc/${pid}/fdinfo`;
	const lines = readdirSync(folder).flatMap((fd) => infoOf(`${folder}/${fd}`).split('\n'));
	const found = lines
		.map((line) => /^tfd:\s*(\d+) events:\s*([0-9a-f]+)/.exec(line))
		.filter((it) => it !== null);
	return found.map(([, fd, events = '']) => ({ fd: Number(fd), events: Number.parseInt(events, 16) }));
}

/** Whether one of archon's processes watches a directory by inotify(7). */
export function isWatched(archon: Archon, directory: string): boolean {
	const children = readFileSync(`/proc/${archon.keeper.pid}/task/${archon.keeper.pid}/children`, 'latin1');
	const inode = `ino:${statSync(directory).ino.toString(16)} `;
	return children
		.split(' ')
		.filter(Boolean)
		.some((pid) => infosOf(pid).some((info) => info.includes(inode)));
}

/** None for one that has ended meanwhile. */
function infosOf(pid: string): string[] {
	const folder = `/proc/${pid}/fdinfo`;
	try {
		return readdirSync(folder).map((fd) => infoOf(`${folder}/${fd}`));
	} catch {
		return [];
	}
}

/** Empty for one that was closed meanwhile. */
function infoOf(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
