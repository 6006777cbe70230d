// Was it built from what is there now? A stamp is the hash of all inputs, kept beside the output.
// Contents and not times: a checkout that brings nothing new builds nothing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.mjs';

/** True when every output exists and the stamp says that they were made from the inputs as they are. */
export function isFresh(what) {
	return (
		what.outputs.every((path) => existsSync(join(root, path))) && read(join(root, what.stamp)) === hash(what)
	);
}

/** Runs `make`, then stamps. A failure leaves no stamp; an input changed meanwhile counts as not built. */
export async function stamped(what, make) {
	const before = hash(what);
	rmSync(join(root, what.stamp), { force: true });
	await make();
	mkdirSync(dirname(join(root, what.stamp)), { recursive: true });
	writeFileSync(join(root, what.stamp), before);
}

function hash({ inputs, skip = [] }) {
	const sum = createHash('sha1');
	for (const path of inputs.flatMap((input) => files(input, skip))) {
		sum
			.update(`${path}\0`)
			.update(readFileSync(join(root, path)))
			.update('\0');
	}
	return sum.digest('hex');
}

function files(path, skip) {
	if (skip.includes(path)) return [];
	let names;
	try {
		names = readdirSync(join(root, path)).sort();
	} catch (error) {
		return error.code === 'ENOTDIR' ? [path] : [];
	}
	return names.flatMap((name) => files(join(path, name), skip));
}

function read(path) {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}
