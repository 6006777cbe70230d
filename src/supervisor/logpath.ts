import { stat } from 'node:fs/promises';

/** Rotated files that archon-log keeps beside the newest (native/log_rotate.c). */
const rotated = 5;

/**
 * The files of a name's log that there are, oldest first. Daemons and runs have a log each, though a name may have been
 * both in its time: the one written to last is meant.
 */
export async function filesOf(directory: string, name: string): Promise<string[]> {
	const bases = [`${directory}/${name}.log`, `${directory}/runs/${name}.log`];
	const times = await Promise.all(bases.map(writtenAt));
	const [ofDaemon = 0, ofRun = 0] = times;
	const base = ofRun > ofDaemon ? bases[1] : bases[0];
	const numbers = Array.from({ length: rotated }, (_, i) => rotated - i);
	const files = [...numbers.map((n) => `${base}.${n}`), `${base}`];
	const there = await Promise.all(files.map(writtenAt));
	return files.filter((_, i) => (there[i] ?? 0) > 0);
}

/** When a file was last written, milliseconds since 1970; 0 when there is none. */
async function writtenAt(file: string): Promise<number> {
	try {
		return (await stat(file)).mtimeMs;
	} catch {
		return 0;
	}
}
