import { readFileSync, readlinkSync } from 'node:fs';

/**
 * The wait status (wait(2)) of a process that has ended and that its parent has not reaped, which need not be us: the
 * last field of /proc/PID/stat (proc_pid_stat(5)). -1 when it is no zombie, or the system does not let us see. The pid
 * is its own as long as it is one: look at its pidfd afterwards.
 */
export function statusOfZombie(pid: number): number {
	const text = statOf(pid);
	const fields = text
		.slice(text.lastIndexOf(')') + 2)
		.trimEnd()
		.split(' ');
	return fields[0] === 'Z' && fields.length >= 50 && maySee(pid) ? Number(fields[49]) : -1;
}

/** Where it would say 0 because we may not know (ptrace(2), "Ptrace access mode checking"), it is not even told that there is no program. */
function maySee(pid: number): boolean {
	try {
		readlinkSync(`/proc/${pid}/exe`);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'ENOENT';
	}
}

function statOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/stat`, 'latin1');
	} catch {
		return '';
	}
}
