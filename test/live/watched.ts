import { readdirSync, readFileSync } from 'node:fs';

/** What a process watches by epoll, its descriptors with their events: proc_pid_fdinfo(5). */
export function watchedBy(pid: number | undefined): { readonly fd: number; readonly events: number }[] {
	const folder = `/proc/${pid}/fdinfo`;
	const lines = readdirSync(folder).flatMap((fd) => infoOf(`${folder}/${fd}`).split('\n'));
	const found = lines
		.map((line) => /^tfd:\s*(\d+) events:\s*([0-9a-f]+)/.exec(line))
		.filter((it) => it !== null);
	return found.map(([, fd, events = '']) => ({ fd: Number(fd), events: Number.parseInt(events, 16) }));
}

/** Empty for one that was closed meanwhile. */
function infoOf(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
