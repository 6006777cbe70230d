import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Archon } from '../archon.ts';

/** Whether one of archon's processes watches a directory by inotify(7). */
export function isWatched(archon: Archon, directory: string): boolean {
	const children = readFileSync(`/proc/${archon.keeper.pid}/task/${archon.keeper.pid}/children`, 'latin1');
	const inode = `ino:${statSync(directory).ino.toString(16)} `;
	return children
		.split(' ')
		.filter(Boolean)
		.some((pid) =>
			readdirSync(`/proc/${pid}/fdinfo`).some((fd) => textOf(`/proc/${pid}/fdinfo/${fd}`).includes(inode)),
		);
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return ''; // closed meanwhile
	}
}
