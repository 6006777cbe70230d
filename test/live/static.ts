import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll } from 'vitest';

const built = new Map<string, string>();
let directory = '';

afterAll(() => {
	if (directory !== '') {
		rmSync(directory, { recursive: true, force: true });
	}
});

/** Compiles a program of test/programs once, linked with nothing: no preload reaches it. Returns its path. */
export function buildStatic(source: string): string {
	const known = built.get(source);
	if (known !== undefined) {
		return known;
	}
	if (directory === '') {
		directory = mkdtempSync(join(tmpdir(), 'archon-static-'));
		chmodSync(directory, 0o755);
	}
	const program = join(directory, basename(source, '.c'));
	const path = join(import.meta.dirname, '../programs', source);
	execFileSync(process.env['CC'] ?? 'cc', [
		'-D_GNU_SOURCE',
		'-Wall',
		'-Werror',
		'-static',
		'-o',
		program,
		path,
	]);
	built.set(source, program);
	return program;
}
