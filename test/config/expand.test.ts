import { chmodSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toBytes } from '../../src/base/to-bytes.ts';
import { expand } from '../../src/config/expand.ts';
import { folder } from './scratch.ts';

const file = (name: string) => ({ [name]: '' });

test('a pattern matches within names, in the order of the paths', async () => {
	const at = folder({
		...file('c/b.toml'),
		...file('c/a.toml'),
		...file('c/a.txt'),
		...file('c/.h.toml'),
		...file('d/z.toml'),
	});
	const found = async (pattern: string) =>
		((await expand(`${at}/${pattern}`)) as string[]).map((it) => it.slice(at.length + 1));
	expect(await found('c/*.toml')).toEqual(['c/a.toml', 'c/b.toml']);
	expect(await found('*/?.toml')).toEqual(['c/a.toml', 'c/b.toml', 'd/z.toml']);
	expect(await found('c/.*')).toEqual(['c/.h.toml']);
	expect(await found('[cd]/z.toml')).toEqual(['d/z.toml']);
	expect(await found('e/*.toml')).toEqual([]);
	expect(await found('c/a.toml/*')).toEqual([]);
});

test('a plain path is its own match, there or not', async () => {
	expect(await expand('/nonexistent/a.toml')).toEqual(['/nonexistent/a.toml']);
});

test('names beyond ASCII are bytes', async () => {
	const at = folder(file('é.toml'));
	expect(await expand(`${at}/*`)).toEqual([`${at}/${toBytes('é')}.toml`]);
});

test('a folder that cannot be read is told', async () => {
	const at = folder(file('c/a.toml'));
	symlinkSync('loop', `${at}/loop`);
	expect(await expand(`${at}/loop/*`)).toEqual({
		refused: `cannot read ${at}/loop/: too many levels of symbolic links`,
	});
	chmodSync(`${at}/c`, 0);
	if (process.getuid?.() !== 0) {
		expect(await expand(`${at}/c/*`)).toEqual({ refused: `cannot read ${at}/c/: permission denied` });
	}
});
