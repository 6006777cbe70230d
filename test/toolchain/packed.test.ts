import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporary } from '../archon.ts';

const root = join(import.meta.dirname, '../..');

function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
	return execFileSync(program, args, {
		cwd,
		env: { ...process.env, ...env },
		encoding: 'utf8',
		stdio: 'pipe',
	});
}

/** What npm packs of this clone, as it is. */
function pack(folder: string): string {
	const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
	return join(folder, run('npm', args, root).trim());
}

test('a package holds what others need and nothing of ours', () => {
	const names = run('tar', ['tzf', pack(temporary())], root)
		.trim()
		.split('\n')
		.map((name) => name.replace(/^package\//, ''));
	const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	const wanted = [
		...Object.values<string>(manifest.exports['.']).map((path) => path.slice(2)),
		'docs/client.md',
		'docs/rules.md',
		'docs/man/archon-rules.7',
		'examples/watch.mjs',
		...readdirSync(join(root, 'rules')).map((name) => `rules/${name}`),
	];
	expect(wanted.filter((path) => !names.includes(path))).toEqual([]);
	expect(names.filter((name) => /^(test|bench|torture|native\/test|\.)/.test(name))).toEqual([]);
});

// npm puts what a package needs beside it, not below as in a clone.
test('a package builds itself beside what it needs; its programs and its client run', {
	timeout: 300_000,
}, () => {
	const folder = temporary();
	const modules = join(folder, 'node_modules');
	const archon = join(modules, 'archon');
	mkdirSync(archon, { recursive: true });
	for (const name of readdirSync(join(root, 'node_modules')).filter((it) => !it.startsWith('.'))) {
		symlinkSync(join(root, 'node_modules', name), join(modules, name));
	}
	run('tar', ['xzf', pack(folder), '--strip-components=1', '-C', archon], folder);
	run(process.execPath, ['scripts/build.mjs'], archon);
	const built = join(archon, 'native/build/Release');
	writeFileSync(join(folder, 'none.toml'), '');
	run(join(built, 'archond'), ['--check', join(folder, 'none.toml')], folder, { PATH: '/nonexistent' });
	writeFileSync(join(folder, 'a.mjs'), "import { connect } from 'archon'; console.log(typeof connect);");
	expect(run(process.execPath, ['a.mjs'], folder)).toBe('function\n');
});
