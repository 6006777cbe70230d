import { execFileSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { temporary } from '../archon.ts';

/** Compiles a program of test/programs, for one test. Returns its path. */
export function compiled(source: string): string {
	const program = join(temporary(), basename(source, '.c'));
	const path = join(import.meta.dirname, '../programs', source);
	execFileSync(process.env['CC'] ?? 'cc', ['-D_GNU_SOURCE', '-Wall', '-Werror', '-o', program, path]);
	return program;
}
