import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

// A clone of its own with the real scripts, an all but empty lock file, and a PATH of its own on
// which every program that is there says what it was called with and succeeds.
const root = join(import.meta.dirname, '../..');
const tools = ['gcc', 'g++', 'cmake', 'make', 'npm'];
let clone: string;

beforeEach(() => {
	clone = mkdtempSync(join(tmpdir(), 'archon-setup-'));
	cpSync(join(root, 'scripts'), join(clone, 'scripts'), { recursive: true });
	write('package.json', '{ "type": "module" }');
	write('package-lock.json', '{ "packages": { "": {} } }');
	write('native/keeper.c', 'int main;');
	write('src/daemon.ts', 'export {};');
	for (const tool of tools) write(`path/${tool}`, '#!/bin/sh\necho "$0 $*"\n', 0o755);
});

afterEach(() => rmSync(clone, { recursive: true }));

test('a missing C compiler is one line that names its Debian packages', async () => {
	remove('path/gcc', 'path/g++');
	expect(await setup()).toEqual({ code: 1, said: 'archon needs a C compiler: apt-get install gcc g++\n' });
});

test('a missing C++ compiler is one line that names its Debian package', async () => {
	remove('path/g++');
	expect(await setup()).toEqual({ code: 1, said: 'archon needs a C++ compiler: apt-get install g++\n' });
});

test('a missing cmake is one line that names its Debian package', async () => {
	remove('path/cmake');
	expect(await setup()).toEqual({ code: 1, said: 'archon needs cmake: apt-get install cmake\n' });
});

test('a missing make is one line that names its Debian package', async () => {
	remove('path/make');
	expect(await setup()).toEqual({ code: 1, said: 'archon needs make: apt-get install make\n' });
});

test('a missing libatomic is one line that names its Debian package', async () => {
	const said = 'archon needs libatomic: apt-get install libatomic1\n';
	expect(await setup({ ARCHON_LIBATOMIC: 'libnosuch.so.1' })).toEqual({ code: 1, said });
});

test('several that are missing are a line each', async () => {
	remove('path/cmake', 'path/make');
	expect((await setup()).said).toMatch(/^archon needs cmake: .*\narchon needs make: .*\n$/);
});

test('a clone without node_modules gets what its lock file names', async () => {
	expect((await setup()).said).toContain('npm ci');
});

test('a clone that is ready is left alone', async () => {
	await makeReady();
	remove(...tools.map((tool) => `path/${tool}`));
	expect(await setup()).toEqual({ code: 0, said: '' });
});

test('a lock file that names something else than node_modules holds is installed again', async () => {
	await makeReady();
	write('package-lock.json', '{ "packages": { "": {}, "node_modules/a": { "integrity": "sha512-1" } } }');
	expect((await setup()).said).toContain('npm ci');
});

test('an optional package that is not for this machine may be missing', async () => {
	await makeReady();
	write('package-lock.json', '{ "packages": { "": {}, "node_modules/a": { "optional": true } } }');
	await stampAll();
	expect(await setup()).toEqual({ code: 0, said: '' });
});

test('a C source that changed is built again', async () => {
	await makeReady();
	write('native/keeper.c', 'int main(void);');
	expect((await setup()).said).toContain('archon: building the native part');
});

test('a program that is gone is built again', async () => {
	await makeReady();
	remove('native/build/Release/archond');
	expect((await setup()).said).toContain('archon: building the native part');
});

test('a build that fails leaves no sign of success', async () => {
	await makeReady();
	write('native/keeper.c', 'int main(void);');
	expect((await setup()).code).toBe(1);
	expect((await setup()).code).toBe(1);
});

/** Installed, and built from the sources as they are. */
async function makeReady() {
	write('node_modules/.package-lock.json', '{ "packages": {} }');
	await stampAll();
}

async function stampAll() {
	const { native } = await import(join(clone, 'scripts/native.mjs'));
	const { bundled } = await import(join(clone, 'scripts/bundle.mjs'));
	const { stamped } = await import(join(clone, 'scripts/stamp.mjs'));
	for (const what of [native, bundled]) {
		for (const output of what.outputs) write(output, '');
		await stamped(what, () => {});
	}
}

function setup(env: NodeJS.ProcessEnv = {}): Promise<{ code: unknown; said: string }> {
	const options = { env: { PATH: join(clone, 'path'), HOME: clone, ...env } };
	return new Promise((resolve) => {
		execFile(process.execPath, [join(clone, 'scripts/setup.mjs')], options, (error, stdout, stderr) =>
			resolve({ code: error === null ? 0 : error.code, said: stdout + stderr }),
		);
	});
}

function write(path: string, text: string, mode = 0o644) {
	mkdirSync(dirname(join(clone, path)), { recursive: true });
	writeFileSync(join(clone, path), text);
	chmodSync(join(clone, path), mode);
}

function remove(...paths: string[]) {
	for (const path of paths) rmSync(join(clone, path));
}
