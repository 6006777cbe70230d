import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { largestFile, mostFiles, readBytes, readFiles } from '../../src/config/files.ts';
import { folder } from './scratch.ts';

async function names(at: string, file = 'archon.toml'): Promise<string[]> {
	const { files, mistakes } = await readFiles(join(at, file), true);
	return [...files.map((it) => it.file), ...mistakes.map((it) => `${it.file}:${it.line}: ${it.text}`)].map(
		(it) => it.replaceAll(`${at}/`, ''),
	);
}

test('files that are included come in the order of their names, each once', async () => {
	const at = folder({
		'archon.toml': 'include = ["c/*.toml", "x.toml", "c/b.toml"]',
		'c/b.toml': 'include = ["../y.toml", "b.toml"]',
		'c/a.toml': '',
		'x.toml': '',
		'y.toml': 'include = ["archon.toml"]',
	});
	expect(await names(at)).toEqual(['archon.toml', 'c/a.toml', 'c/b.toml', 'x.toml', 'y.toml']);
});

test('paths are as relative as the file was given, folders absolute', async () => {
	const at = folder({ 'archon.toml': 'include = ["c/*.toml"]', 'c/a.toml': '' });
	const script = `import { readFiles } from ${JSON.stringify(join(import.meta.dirname, '../../src/config/files.ts'))};
		console.log(JSON.stringify((await readFiles('archon.toml', true)).files.map(({ file, folder }) => [file, folder])));`;
	const said = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], { cwd: at });
	expect(JSON.parse(String(said))).toEqual([
		['archon.toml', at],
		['c/a.toml', `${at}/c`],
	]);
});

test('an absolute path is read from a directory that is gone', () => {
	const at = folder({ 'archon.toml': '', 'gone/x': '' });
	const script = `import { rmSync } from 'node:fs';
		const { readFiles } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/config/files.ts'))});
		rmSync('${at}/gone', { recursive: true });
		console.log((await readFiles('${at}/archon.toml', true)).files.length);`;
	const said = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
		cwd: `${at}/gone`,
	});
	expect(String(said)).toBe('1\n');
});

test('a pattern that matches nothing includes nothing, a plain path has to be there', async () => {
	const at = folder({ 'archon.toml': '\ninclude = ["c/*.toml", "x.toml"]' });
	expect(await names(at)).toEqual([
		'archon.toml',
		'archon.toml:2: x.toml: cannot read: no such file or directory',
	]);
});

test('what include is not, is a mistake', async () => {
	expect(await names(folder({ 'archon.toml': 'include = "x"' }))).toContain(
		'archon.toml:1: expected a list of paths, got a string',
	);
	expect(await names(folder({ 'archon.toml': 'include = [1, ""]' }))).toHaveLength(3);
});

test('a file that nobody named may be missing', async () => {
	const at = folder({});
	expect(await readFiles(`${at}/archon.toml`, false)).toEqual({
		files: [{ file: `${at}/archon.toml`, folder: at, root: { line: 1, value: new Map() } }],
		mistakes: [],
	});
	expect(await names(at)).toEqual(['archon.toml:0: cannot read: no such file or directory']);
});

test('only regular files are read, a FIFO does not hold anybody', async () => {
	const at = folder({});
	execFileSync('mkfifo', [`${at}/archon.toml`]);
	expect(await names(at)).toEqual(['archon.toml:0: is no regular file']);
	expect(await names(at, '.')).toEqual([`${at}:0: is no regular file`]);
});

test('a file has at most 1 MiB', async () => {
	const at = folder({ most: Buffer.alloc(largestFile, '\n'), more: Buffer.alloc(largestFile + 1, '\n') });
	expect(await readBytes(`${at}/most`)).toHaveLength(1_048_576);
	expect(await readBytes(`${at}/more`)).toEqual({ refused: 'is larger than 1 MiB' });
});

test('a configuration is at most 1000 files', async () => {
	const many = Array.from({ length: mostFiles - 1 }, (_, index) => [`c/${1000 + index}.toml`, '']);
	const files = Object.fromEntries([['archon.toml', 'include = ["c/*.toml"]'], ...many]);
	expect(await names(folder(files))).toHaveLength(1000);
	expect((await names(folder({ ...files, 'c/9999.toml': '' }))).at(-1)).toBe(
		'archon.toml:1: more than 1000 files',
	);
});
