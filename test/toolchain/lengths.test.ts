import { join } from 'node:path';
import { expect, test } from 'vitest';

type Module = {
	mostLines: number;
	wrongLengths(lengths: ReadonlyMap<string, number>, listed: Readonly<Record<string, number>>): string[];
};
const path = join(import.meta.dirname, '../../scripts/lengths.mjs');
const { mostLines, wrongLengths }: Module = await import(path);

/** What is said of one file of so many lines, which the list leaves that many. */
const said = (lines: number, listed?: number) =>
	wrongLengths(new Map([['src/a.ts', lines]]), listed === undefined ? {} : { 'src/a.ts': listed });

test('a file has at most 250 lines', () => {
	expect([mostLines, said(0), said(1), said(250)]).toEqual([250, [], [], []]);
	expect(said(251)).toEqual(['src/a.ts has 251 lines, 250 are the most: split it by idea']);
});

test('one that is on the list has at most those', () => {
	expect([said(251, 300), said(299, 300), said(300, 300)]).toEqual([[], [], []]);
	expect(said(301, 300)).toEqual([
		'src/a.ts has 301 lines, the list in scripts/check-lengths.mjs leaves it 300: it may only shrink',
	]);
});

test('what needs it no longer is taken off the list', () => {
	expect(said(250, 300)).toEqual([
		'src/a.ts has 250 lines: take it off the list in scripts/check-lengths.mjs',
	]);
	expect(wrongLengths(new Map(), { 'src/a.ts': 300 })).toEqual([
		'src/a.ts is gone: take it off the list in scripts/check-lengths.mjs',
	]);
});

test('each is told of that is wrong', () => {
	const lengths = new Map([
		['src/a.ts', 251],
		['src/b.ts', 100],
		['src/c.ts', 400],
	]);
	expect(wrongLengths(lengths, { 'src/b.ts': 260, 'src/c.ts': 399 })).toHaveLength(3);
});
