import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that archon runs on: the pinned one; where it has no build for this machine, the present one. */
export function pinnedNode() {
	const path = join(root, 'node_modules/.bin/node');
	return existsSync(path) ? path : process.execPath;
}
