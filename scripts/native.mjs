// Builds what native/CMakeLists.txt lists: what ships through cmake-js, which knows where the
// Node-API headers are, and the C tests through cmake alone.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { placeOf, root } from './root.mjs';
import { quietly } from './run.mjs';

const release = 'native/build/Release';

/** What the native build reads and makes (see stamp.mjs). */
export const native = {
	inputs: ['native', 'docs/completion', 'package.json', 'package-lock.json', 'scripts/native.mjs'],
	skip: ['native/build', 'native/test'],
	outputs: [
		`${release}/archon.node`,
		`${release}/archond`,
		`${release}/archon-keeper`,
		`${release}/archonctl`,
		`${release}/archon-log`,
		`${release}/archon-binder`,
		`${release}/libarchon-bind.so`,
	],
	stamp: 'native/build/.stamp',
};

/** Builds addon and programs into native/build/Release. */
export async function buildNative() {
	forgetMovedBuild('native/build');
	const args = [placeOf('cmake-js/bin/cmake-js'), 'build', '-d', 'native', '--log-level', 'error'];
	await quietly(process.execPath, [...args, '--parallel', String(availableParallelism())]);
}

/** Builds the C tests under AddressSanitizer and UBSan; returns the folder they are in. */
export async function buildNativeTests() {
	const folder = 'native/build/test';
	forgetMovedBuild(folder);
	if (!existsSync(join(root, folder, 'CMakeCache.txt'))) {
		await quietly('cmake', ['-S', 'native', '-B', folder, '-DARCHON_TESTS=ON']);
	}
	await quietly('cmake', ['--build', folder, '--parallel', String(availableParallelism())]);
	return join(root, folder, 'tests');
}

// cmake refuses a build folder that was made for another place, as in a copied tree.
function forgetMovedBuild(folder) {
	const cache = join(root, folder, 'CMakeCache.txt');
	if (!existsSync(cache)) return;
	const home = /^CMAKE_HOME_DIRECTORY:INTERNAL=(.*)$/m.exec(readFileSync(cache, 'utf8'))?.[1];
	if (home !== join(root, 'native')) rmSync(join(root, folder), { recursive: true });
}
