import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Every C and C++ file of the project, from its root. */
export function cSources() {
	return ['native', 'native/core', 'native/test', 'test/programs', 'bench/native'].flatMap((folder) =>
		readdirSync(join(root, folder))
			.filter((name) => /\.(c|h|cc)$/.test(name))
			.map((name) => `${folder}/${name}`),
	);
}
