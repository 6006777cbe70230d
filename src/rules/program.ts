import { basename, join } from 'node:path';

/** The program of the rules' threads, made by the build. */
export const program = join(root(), 'dist/rules.cjs');

/** This file is ROOT/src/rules/program.ts or, bundled as CommonJS, in ROOT/dist. */
function root(): string {
	const here = import.meta.dirname ?? __dirname;
	return basename(here) === 'dist' ? join(here, '..') : join(here, '../..');
}
