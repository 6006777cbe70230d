import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Refusal, refuse } from '../../base/refusal.ts';
import { toBytes } from '../../base/to-bytes.ts';
import type { Owner } from '../fifos.ts';

/**
 * What puts the shim (native/bind.c) before the programs of a service. `library`, `door`: where it is and where it asks,
 * as Node has it; `env`: what the service says itself, latin1. Refused where its user could not load it: the program would
 * run all the same, and bind for itself.
 */
export function shimSettings(
	library: string,
	door: string,
	env: ReadonlyMap<string, string>,
	owner: Owner | undefined,
): ReadonlyMap<string, string> | Refusal {
	if (/[ :;]/.test(library)) {
		return refuse(`bind: ${library}: LD_PRELOAD takes no path with a blank or a colon`);
	}
	const closed = owner === undefined || owner.uid === 0 ? undefined : closedIn(library);
	if (closed !== undefined) {
		return refuse(`bind: ${library}: its user cannot load it: ${closed}`);
	}
	const own = env.get('LD_PRELOAD');
	return new Map([
		['ARCHON_BIND', toBytes(door)],
		['LD_PRELOAD', own ? `${toBytes(library)}:${own}` : toBytes(library)],
	]);
}

/** What keeps others from reading a file, if anything does. */
function closedIn(path: string): string | undefined {
	try {
		if ((statSync(path).mode & 0o004) === 0) {
			return 'it is closed to others';
		}
		for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
			if ((statSync(folder).mode & 0o001) === 0) {
				return `${folder} is closed to others`;
			}
		}
		return undefined;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? String(error);
	}
}
