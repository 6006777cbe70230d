import { expect, test } from 'vitest';
import { keysOf } from '../../src/config/key.ts';
import { list, number, strings, text } from '../../src/config/reader.ts';

type Draft = {
	readonly depth: number;
	readonly size: { readonly x: number; readonly y: number };
	readonly names: readonly string[];
	readonly env: ReadonlyMap<string, string>;
};
const draft: Draft = { depth: 1, size: { x: 1, y: 2 }, names: ['a'], env: new Map([['A', '1']]) };
const { field, part, table, key } = keysOf<Draft>();
const at = {
	folder: '/',
	wrong: () => {
		throw new Error('a mistake');
	},
};
const node = (value: string | number) => ({ line: 1, value });

test('a key is put into its field, or a part of it, and found there', () => {
	const depth = field('depth', 'depth', number(0, 9), 'how deep');
	expect(depth.read(node(5), at, draft)).toEqual({ depth: 5 });
	expect(depth.write(draft)).toBe(1);
	const x = part('size.x', ['size', 'x'], number(0, 9), 'how wide');
	expect(x.read(node(5), at, draft)).toEqual({ size: { x: 5, y: 2 } });
	expect(x.write(draft)).toBe(1);
});

test('a change restarts and [defaults] takes it, unless said', () => {
	expect(field('depth', 'depth', number(0, 9), '')).toMatchObject({ change: 'restart', inDefaults: true });
	const about = { change: 'later', inDefaults: false } as const;
	expect(field('depth', 'depth', number(0, 9), '', about)).toMatchObject(about);
});

test('values are compared by what they say', () => {
	const names = field('names', 'names', list(text), '');
	expect(names.isSame(draft, { ...draft, names: ['a'] })).toBe(true);
	expect(names.isSame(draft, { ...draft, names: ['b'] })).toBe(false);
	const x = part('size.x', ['size', 'x'], number(0, 9), '');
	expect(x.isSame(draft, { ...draft, size: { x: 1, y: 9 } })).toBe(true);
	expect(x.isSame(draft, { ...draft, size: { x: 2, y: 2 } })).toBe(false);
});

test('a table of any keys gains entries; their order says nothing', () => {
	const env = table(
		'env',
		'env',
		strings(() => true, ''),
		'',
		{ isSecret: true },
	);
	const given = { line: 1, value: new Map([['B', node('2')]]) };
	expect(env.read(given, at, draft)).toEqual({
		env: new Map([
			['A', '1'],
			['B', '2'],
		]),
	});
	const one = {
		...draft,
		env: new Map([
			['A', '1'],
			['B', '2'],
		]),
	};
	const other = {
		...draft,
		env: new Map([
			['B', '2'],
			['A', '1'],
		]),
	};
	expect(env.isSame(one, other)).toBe(true);
	expect(env.isSame(one, draft)).toBe(false);
	expect(env.entries?.of(draft)).toBe(draft.env);
});

test('any other key says itself how it is found and put', () => {
	const area = key(
		'area',
		number(0, 99),
		'',
		{},
		({ size }) => size.x * size.y,
		(it) => ({ size: { x: it, y: 1 } }),
	);
	expect(area.write(draft)).toBe(2);
	expect(area.read(node(7), at, draft)).toEqual({ size: { x: 7, y: 1 } });
});
