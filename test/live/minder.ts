import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { until } from './until.ts';

/** The pid of the minder, as soon as this keeper has one that is not `before`. */
export async function minderOf(keeper: number | undefined, before?: number): Promise<number> {
	let found: number | undefined;
	await until(() => {
		found = childrenOf(keeper).find((pid) => isMinder(pid));
		return found !== undefined && found !== before;
	});
	return found ?? 0;
}

/** The child of a keeper whose command line begins with that program's path, or undefined. */
export function childOf(keeper: number | undefined, program: string): number | undefined {
	return childrenOf(keeper).find((pid) => commandOf(pid)[0]?.endsWith(`/${program}`) === true);
}

/** Kills it, and resolves with the next one. */
export async function killMinder(keeper: number | undefined): Promise<number> {
	const pid = await minderOf(keeper);
	process.kill(pid, 'SIGKILL');
	return await minderOf(keeper, pid);
}

/** When a process began, milliseconds since the boot, in steps of 10 (starttime of proc_pid_stat(5)). */
export function beganAt(pid: number): number {
	const behindName = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '';
	return 10 * Number(behindName.split(' ')[19]);
}

/** What a process has open, by descriptor, as readlink(2) has it. */
export function openIn(pid: number): ReadonlyMap<number, string> {
	const folder = `/proc/${pid}/fd`;
	return new Map(readdirSync(folder).map((fd) => [Number(fd), linkOf(`${folder}/${fd}`)]));
}

function childrenOf(pid: number | undefined): number[] {
	const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
	return children.split(' ').map(Number);
}

/** By its name and its session: what it starts is called so too until that is another program. False for one that has ended. */
function isMinder(pid: number): boolean {
	try {
		const isNamed = commandOf(pid)[0] === 'archon-minder';
		const [, , , session] = (readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '').split(' ');
		return isNamed && Number(session) === pid;
	} catch {
		return false;
	}
}

function commandOf(pid: number): string[] {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
	} catch {
		return []; // it has ended
	}
}

function linkOf(path: string): string {
	try {
		return readlinkSync(path);
	} catch {
		return '';
	}
}
