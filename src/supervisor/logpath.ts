import { stat } from 'node:fs/promises';
import type { SlotKind } from '../keeper/ledger.ts';
import type { LogOf } from './logtail.ts';

/** Where archon-log keeps what a daemon or a run of that name writes. */
export function logPath(directory: string, kind: SlotKind, name: string): string {
	return kind === 'run' ? `${directory}/runs/${name}.log` : `${directory}/${name}.log`;
}

/**
 * The log of a name, undefined when there is none. Daemons and runs have a log each, though a name may have been both in
 * its time: the one written to last is meant unless a kind is asked for.
 */
export async function logOf(
	directory: string,
	name: string,
	kinds: readonly SlotKind[] = ['daemon', 'run'],
): Promise<(LogOf & { readonly path: string }) | undefined> {
	const found = await Promise.all(kinds.map((kind) => partsOf(logPath(directory, kind, name))));
	const [newest] = found.filter(({ files }) => files.length > 0).sort((a, b) => b.written - a.written);
	return newest && { name, ...newest };
}

/** The files of a log, oldest first: `.1` is the newest of the older ones. A kill may leave one number out. */
async function partsOf(path: string) {
	const files: string[] = [];
	let written = 0;
	for (let part = 0, missing = 0; missing < 2; part++) {
		const file = part === 0 ? path : `${path}.${part}`;
		const at = await writtenAt(file);
		if (at > 0) {
			files.unshift(file);
			written = Math.max(written, at);
			missing = 0;
		} else if (part > 0) {
			missing++;
		}
	}
	return { path, files, written };
}

/** When a file was last written, milliseconds since 1970; 0 when there is none. */
async function writtenAt(file: string): Promise<number> {
	try {
		return (await stat(file)).mtimeMs;
	} catch {
		return 0;
	}
}
