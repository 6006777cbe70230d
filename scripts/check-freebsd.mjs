// Compiles what is written for FreeBSD as far as that goes elsewhere: syntax, names and types, against
// the declarations in native/freebsd/include. It says nothing about what the code does there.
import { cSources } from './c-sources.mjs';
import { visibly } from './run.mjs';

const warnings = ['-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Wstrict-prototypes', '-Werror'];
const system = ['-D__FreeBSD__=14', '-U__linux__', '-D_GNU_SOURCE', '-isystem', 'native/freebsd/include'];
const ours = ['-iquote', 'native', '-iquote', 'native/core'];
const files = cSources().filter((path) => path.endsWith('_freebsd.c'));

process.exitCode = await visibly('cc', [
	'-fsyntax-only',
	'-std=gnu11',
	...warnings,
	...system,
	...ours,
	...files,
]);
