import { once } from 'node:events';
import type { Archon } from '../archon.ts';

/** Kills the keeper; resolves when it is gone. */
export async function behead(archon: Archon): Promise<void> {
	archon.keeper.kill('SIGKILL');
	await once(archon.keeper, 'exit');
}
