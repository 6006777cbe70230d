import { readFileSync } from 'node:fs';
import type { Archon } from '../archon.ts';

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
	return children.filter((pid) => commandOf(pid).includes('daemon.cjs')).map(Number);
}

/**
 * Kills the daemon and resolves when the keeper has seen it; whoever connects from then on gets the next one. `before`:
 * what happens while it is stopped and sees nothing.
 */
export async function crash(archon: Archon, before?: () => Promise<unknown>): Promise<void> {
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

/** Empty for one that has ended meanwhile. */
function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
	} catch {
		return '';
	}
}
