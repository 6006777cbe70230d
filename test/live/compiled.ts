import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll } from 'vitest';
import { temporary } from '../archon.ts';

/** Compiles a program of test/programs, for one test. Returns its path. */
export function compiled(source: string): string {
	return compile(temporary(), [source]);
}

const built = new Map<string, string>();
let directory: string | undefined;

afterAll(() => {
	if (directory !== undefined) {
		rmSync(directory, { recursive: true });
		directory = undefined;
		built.clear();
	}
});

/** The same once for all tests of a file: the first source gives its name. */
export function compiledOnce(...sources: readonly [string, ...string[]]): string {
	const [name] = sources;
	directory ??= mkdtempSync(join(tmpdir(), 'archon-programs-'));
	const program = built.get(name) ?? compile(directory, sources);
	built.set(name, program);
	return program;
}

function compile(folder: string, sources: readonly [string, ...string[]]): string {
	const program = join(folder, basename(sources[0], '.c'));
	const paths = sources.map((source) => join(import.meta.dirname, '../programs', source));
	execFileSync(process.env['CC'] ?? 'cc', ['-D_GNU_SOURCE', '-Wall', '-Werror', '-o', program, ...paths]);
	return program;
}
