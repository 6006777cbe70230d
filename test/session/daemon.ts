import { readFileSync } from 'node:fs';
import type { Archon } from '../archon.ts';

/** The pid of archon-log, as soon as there is one. */
export async function loggerOf(archon: Archon): Promise<number> {
	for (;;) {
		const keeper = archon.keeper.pid;
		const children = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'latin1').trim().split(' ');
		const found = children.find((pid) => commandOf(pid).includes('archon-log'));
		if (found !== undefined) {
			return Number(found);
		}
		await new Promise(setImmediate);
	}
}

function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
	} catch {
		return '';
	}
}
