import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/**
 * True when node_modules holds what package-lock.json says. npm leaves its own record of what it
 * installed there; only what is optional, as a Node for another processor, may be missing.
 */
export function isInstalled() {
	const wanted = packages('package-lock.json');
	const present = packages('node_modules/.package-lock.json');
	if (wanted === undefined || present === undefined) return false;
	delete wanted[''];
	return (
		Object.keys(present).every((path) => path in wanted) &&
		Object.entries(wanted).every(([path, { integrity, optional }]) =>
			path in present ? present[path].integrity === integrity : optional === true,
		)
	);
}

function packages(path) {
	try {
		return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
	} catch {
		return undefined;
	}
}
