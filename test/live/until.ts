import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** Asks again and again until it is so: for what nothing can be awaited on. The test's own time is the limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isSo())) {
		await setTimeout(2);
	}
}

/** Resolves when this process has ended and nobody has reaped it yet. */
export function zombie(pid: number): Promise<void> {
	return inState(pid, 'Z');
}

/** Stops a process and resolves when it has stopped. */
export function stop(pid: number): Promise<void> {
	process.kill(pid, 'SIGSTOP');
	return inState(pid, 'T');
}

/** Resolves when a process is in epoll_wait(2) without a timeout, so that nothing but an event wakes it (proc_pid_syscall(5)). */
export function asleep(pid: number): Promise<void> {
	return until(() => {
		const [, , , , timeout = ''] = readFileSync(`/proc/${pid}/syscall`, 'latin1').split(' ');
		return /^0x(f{8}){1,2}$/.test(timeout);
	});
}

/** How often the main thread of a process has gone to sleep (proc_pid_status(5)). */
export function sleeps(pid: number): number {
	return Number(/^voluntary_ctxt_switches:\t(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

function inState(pid: number, letter: string): Promise<void> {
	return until(() => readFileSync(`/proc/${pid}/status`, 'latin1').includes(`\nState:\t${letter}`));
}
