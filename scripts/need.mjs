// What must be on the machine before npm or a build can work. Each thing that is missing is one
// line that names its Debian package.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** One line for everything missing of what a build needs; empty when all is there. */
export function missingForBuild() {
	const lines = [];
	if (!anyOnPath('gcc', 'clang', 'cc')) lines.push('archon needs a C compiler: apt-get install gcc g++');
	else if (!anyOnPath('g++', 'clang++')) lines.push('archon needs a C++ compiler: apt-get install g++');
	if (!anyOnPath('cmake')) lines.push('archon needs cmake: apt-get install cmake');
	if (!anyOnPath('make', 'ninja')) lines.push('archon needs make: apt-get install make');
	return lines;
}

/** One line when the pinned Node cannot be loaded for want of a library. */
export function missingForNode() {
	// The name of the library can be another one so that a test can miss it.
	const library = process.env.ARCHON_LIBATOMIC ?? 'libatomic.so.1';
	return loads(library) ? [] : ['archon needs libatomic: apt-get install libatomic1'];
}

/** One line when `npm run check` cannot check the C sources. */
export function missingForCheck() {
	return anyOnPath('clang-format') ? [] : ['archon needs clang-format: apt-get install clang-format'];
}

/** Prints the lines and ends with 1 when there are any. */
export function stopIfMissing(lines) {
	if (lines.length === 0) return;
	console.error(lines.join('\n'));
	process.exit(1);
}

function anyOnPath(...names) {
	const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
	return names.some((name) => folders.some((folder) => isProgram(join(folder, name))));
}

function isProgram(path) {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

// Asks the dynamic loader itself: a library that is there loads and then is no addon, which is
// another complaint than the loader's own.
function loads(library) {
	try {
		process.dlopen({ exports: {} }, library);
		return true;
	} catch (error) {
		return !String(error.message).includes('cannot open shared object file');
	}
}
