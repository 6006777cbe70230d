import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Empty when it is not there, or not any more. */
export function read(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}

/** From /proc/PID/stat; `begun`: when, as `uptime` has it. */
type Stat = { readonly state: string; readonly parent: number; readonly begun: number };

/** Undefined when it is gone. */
export function statOf(pid: number): Stat | undefined {
	const stat = read(`/proc/${pid}/stat`);
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	const [state = '', parent] = fields;
	return stat === '' ? undefined : { state, parent: Number(parent), begun: Number(fields[19]) };
}

/** How long the system has been up, in hundredths of a second. */
export function uptime(): number {
	return Math.round(Number(read('/proc/uptime').split(' ')[0]) * 100);
}

export function threadsOf(pid: number): number {
	return Number(/^Threads:\s*(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** The names in a directory; none when it is not there. */
export function list(directory: string): string[] {
	try {
		return readdirSync(directory);
	} catch {
		return [];
	}
}

/** The paths of what a process has open. */
export function opened(pid: number): string[] {
	return list(`/proc/${pid}/fd`).flatMap((fd) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			return [];
		}
	});
}

export function isAlive(pid: number): boolean {
	const state = statOf(pid)?.state;
	return state !== undefined && state !== 'Z' && state !== 'X';
}

/** The processes of services by name: what carries the name and this torture's mark, and has no parent that does. */
export function aliveOf(directory: string): ReadonlyMap<string, readonly number[]> {
	const nameOf = new Map<number, string>();
	const parentOf = new Map<number, number>();
	for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
		const environment = read(`/proc/${pid}/environ`).split('\0');
		const name = environment.find((it) => it.startsWith('ARCHON_SERVICE='))?.slice(15);
		const stat = statOf(pid);
		if (name !== undefined && environment.includes(`TORTURE=${directory}`) && stat && stat.state !== 'Z') {
			nameOf.set(pid, name);
			parentOf.set(pid, stat.parent);
		}
	}
	const found = new Map<string, number[]>();
	for (const [pid, name] of nameOf) {
		if (nameOf.get(parentOf.get(pid) ?? 0) !== name) {
			found.set(name, [...(found.get(name) ?? []), pid]);
		}
	}
	return found;
}
