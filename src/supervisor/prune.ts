import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pushTo } from '../base/map-of-lists.ts';

/**
 * Removes the logs of all runs but the `keep` names that were written to last; the rotated parts of a log go and stay
 * with it. Other files are left alone, and a directory that is not there yet is fine. Throws what the system says.
 */
export async function pruneRunLogs(directory: string, keep = 1000): Promise<void> {
	const logs = new Map<string, string[]>();
	for (const file of await list(directory)) {
		const name = /^(.+)\.log(?:\.[0-9]+)?$/s.exec(file)?.[1];
		if (name !== undefined) {
			pushTo(logs, name, join(directory, file));
		}
	}
	if (logs.size <= keep) {
		return;
	}
	const byAge: { readonly files: readonly string[]; readonly written: number }[] = [];
	for (const files of logs.values()) {
		const times = await Promise.all(files.map(writtenAt));
		byAge.push({ files, written: Math.max(...times) });
	}
	byAge.sort((a, b) => b.written - a.written);
	for (const { files } of byAge.slice(keep)) {
		await Promise.all(files.map((file) => rm(file, { force: true })));
	}
}

async function list(directory: string): Promise<string[]> {
	try {
		return await readdir(directory);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return [];
		}
		throw error;
	}
}

/** In ms since 1970; long ago for a file that a rotation has just renamed. */
async function writtenAt(file: string): Promise<number> {
	try {
		return (await stat(file)).mtimeMs;
	} catch {
		return 0;
	}
}
