import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * A path within a package that archon needs, wherever npm put that: below archon, or beside it where archon itself is
 * somebody's package. Below archon where it is nowhere.
 */
export function placeOf(path, from = root) {
	for (let folder = from; ; folder = dirname(folder)) {
		const place = join(folder, 'node_modules', path);
		if (existsSync(place)) return place;
		if (folder === dirname(folder)) return join(from, 'node_modules', path);
	}
}

/** The Node that archon runs on: the pinned one; where it has no build for this machine, the present one. */
export function pinnedNode() {
	const path = placeOf(`node-linux-${process.arch}/bin/node`);
	return existsSync(path) ? path : process.execPath;
}
