import { readFileSync } from 'node:fs';

/** PF_KTHREAD among the flags of a process, field 9 of /proc/PID/stat (proc(5)). */
const kernelThread = 0x0020_0000;

/** Whether it is the kernel's own: such a one never ends, whatever signal it is sent. */
export function isKernelThread(pid: number): boolean {
	return (Number(statOf(pid)?.[6]) & kernelThread) !== 0;
}

/** Clock ticks per second in /proc (sysconf(3) _SC_CLK_TCK): 100 wherever Linux runs Node. */
const ticks = 100;

/** When a process started, milliseconds since 1970: field 22 of /proc/PID/stat, against /proc/uptime (proc(5)). */
export function startedAt(pid: number): number | undefined {
	const after = Number(statOf(pid)?.[19]) / ticks;
	const up = Number(textOf('/proc/uptime')?.split(' ')[0]);
	const age = Math.max(0, up - after) * 1000;
	return Number.isNaN(age) ? undefined : Date.now() - age;
}

/** The fields of /proc/PID/stat from the third on: behind the name, which may hold anything. */
function statOf(pid: number): readonly string[] | undefined {
	const stat = textOf(`/proc/${pid}/stat`);
	return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function textOf(path: string): string | undefined {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return undefined;
	}
}
