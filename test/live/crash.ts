import { readFileSync } from 'node:fs';
import type { Archon } from '../archon.ts';
import { until } from './until.ts';

/** An archond, by its keeper. */
type Running = { readonly keeper: { readonly pid?: number | undefined } };

/** The pid of the daemon: the child of the keeper that is Node. */
export function daemonPid(archon: Running): number {
	const [found] = daemonPids(archon);
	if (found === undefined) {
		throw new Error(`no child of ${archon.keeper.pid} is the daemon`);
	}
	return found;
}

/** The same for one beside which there is another that could not be reaped, oldest first. */
export function daemonPids(archon: Running): number[] {
	const keeper = archon.keeper.pid;
	const children = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'latin1').trim().split(' ');
	return children.filter((pid) => commandOf(pid).includes('daemon.cjs') && hasExecuted(pid)).map(Number);
}

/**
 * Kills the daemon and resolves when the keeper has seen it; whoever connects from then on gets the next one. `before`:
 * what happens while it is stopped and sees nothing.
 */
export async function crash(archon: Archon, before?: () => Promise<unknown>): Promise<void> {
	// The one before may be just coming: that it is started again is said first.
	await until(() => daemonPids(archon).length > 0);
	if (before !== undefined) {
		process.kill(daemonPid(archon), 'SIGSTOP');
		await before();
	}
	const seen = new Promise<void>((resolve) => {
		const hear = (bytes: Buffer) => {
			if (bytes.toString().includes('starting it again')) {
				archon.keeper.stderr?.off('data', hear);
				resolve();
			}
		};
		archon.keeper.stderr?.on('data', hear);
	});
	process.kill(daemonPid(archon), 'SIGKILL');
	await seen;
}

/** False for a child of the daemon that has its command line until it runs a program: PF_FORKNOEXEC (proc_pid_stat(5), flags). */
function hasExecuted(pid: string): boolean {
	const behindName = textOf(`/proc/${pid}/stat`).split(') ').at(-1) ?? '';
	return (Number(behindName.split(' ')[6]) & 0x40) === 0;
}

function commandOf(pid: string): string {
	return textOf(`/proc/${pid}/cmdline`);
}

/** Empty for one that has ended meanwhile. */
function textOf(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
