import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

type Package = { optionalDependencies?: Record<string, string>; resolved?: string };

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', file), 'utf8'));
const manifest = read('package.json');
const locked: Record<string, Package> = read('package-lock.json').packages;

test('every dependency is pinned to one version', () => {
	const { dependencies, devDependencies, optionalDependencies } = manifest;
	const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies });
	expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
});

// npm leaves out what a registry did not have when the file was written; then `npm ci` refuses the file.
test('the lock file names each optional package, for this machine or not', () => {
	const names = Object.values(locked).flatMap((found) => Object.keys(found.optionalDependencies ?? {}));
	expect(names.filter((name) => !(`node_modules/${name}` in locked))).toEqual([]);
});

test('the lock file names no registry', () => {
	expect(Object.values(locked).filter((found) => found.resolved !== undefined)).toEqual([]);
});
