import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const sources = join(import.meta.dirname, 'programs');

/** Compiles what some of the cast are (torture/programs) into a folder. */
export function build(folder: string): void {
	for (const name of ['server', 'store', 'failing']) {
		const files = [`${name}.c`, 'note.c'].map((it) => join(sources, it));
		execFileSync(process.env['CC'] ?? 'cc', ['-D_GNU_SOURCE', '-O1', '-o', join(folder, name), ...files]);
	}
}
