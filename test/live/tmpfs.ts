import { existsSync, statfsSync } from 'node:fs';

/** A folder in memory, as a rule: what outlives a keeper there is known to the next. */
export const tmpfs = '/dev/shm';
export const hasTmpfs = existsSync(tmpfs) && isTmpfs(tmpfs);

export function isTmpfs(path: string): boolean {
	return statfsSync(path).type === 0x01021994; // TMPFS_MAGIC
}
