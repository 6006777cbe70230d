import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** The tree whose bin/ is measured: this one, or what `--root` names (to compare two builds). */
export const root = resolve(
	parseArgs({ strict: false, options: { root: { type: 'string' } } }).values.root?.toString() ??
		join(import.meta.dirname, '..'),
);

export const archond = join(root, 'bin/archond');
export const archonctl = join(root, 'bin/archonctl');

/** The Node that the keeper starts, without the link that npm made. */
export const node = await realpath(process.execPath);

/** A directory of our own, gone when disposed. `memory`: on tmpfs, as /run is, where there is such a place. */
export async function freshDirectory(
	where: 'disk' | 'memory' = 'disk',
): Promise<AsyncDisposable & { readonly path: string }> {
	const base = where === 'memory' && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
	const path = await mkdtemp(join(base, 'archon-bench-'));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
