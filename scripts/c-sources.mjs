import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const folders = [
	'native',
	'native/core',
	'native/test',
	'native/freebsd/include/sys',
	'test/programs',
	'bench/native',
	'torture/programs',
];

/** Every C and C++ file of the project, from its root. */
export function cSources() {
	return folders.flatMap((folder) =>
		readdirSync(join(root, folder))
			.filter((name) => /\.(c|h|cc)$/.test(name))
			.map((name) => `${folder}/${name}`),
	);
}
