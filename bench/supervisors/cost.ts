import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The processes of a supervisor: itself and all below it that are not the service. */
export async function processesOf(root: number, service: string): Promise<readonly number[]> {
	const below = new Map<number, number[]>();
	for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
		const parent = Number(/^PPid:\t(\d+)/m.exec(await read(pid, 'status'))?.[1]);
		below.set(parent, [...(below.get(parent) ?? []), pid]);
	}
	const found: number[] = [];
	for (const wanted = [root]; wanted.length > 0; ) {
		const pid = wanted.pop() ?? 0;
		const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
		if (program !== service) {
			found.push(pid);
			wanted.push(...(below.get(pid) ?? []));
		}
	}
	return found;
}

/** The processor time that all their threads have had, in milliseconds. */
export async function cpuOf(pids: readonly number[]): Promise<number> {
	let nanoseconds = 0;
	for (const pid of pids) {
		for (const task of await readdir(`/proc/${pid}/task`).catch(() => [])) {
			nanoseconds += Number((await read(pid, join('task', task, 'schedstat'))).split(' ')[0]);
		}
	}
	return nanoseconds / 1e6;
}

/** The anonymous memory of all of them, in MiB. */
export async function anonymousOf(pids: readonly number[]): Promise<number> {
	let kilobytes = 0;
	for (const pid of pids) {
		kilobytes += Number(/^Anonymous:\s+(\d+) kB/m.exec(await read(pid, 'smaps_rollup'))?.[1] ?? 0);
	}
	return kilobytes / 1024;
}

function read(pid: number, file: string): Promise<string> {
	return readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
}
