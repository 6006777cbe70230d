import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { expect, test } from 'vitest';
import { type Lines, linesOf } from '../../src/config/lines.ts';

function lineAt(text: string, ...path: string[]): number | undefined {
	let place: Lines | undefined = linesOf(text);
	for (const key of path) {
		place = place?.below?.get(key);
	}
	return place?.line;
}

test('tables, sub-tables and keys have the line they stand on', () => {
	const text = '# a comment\n\n[a]\nx = 1 # [b]\n\n[a.b]\ny = 2\n[ c . "d e" . \'f\' ]\nz=3';
	expect(lineAt(text, 'a')).toBe(3);
	expect(lineAt(text, 'a', 'x')).toBe(4);
	expect(lineAt(text, 'a', 'b')).toBe(6);
	expect(lineAt(text, 'a', 'b', 'y')).toBe(7);
	expect(lineAt(text, 'c', 'd e', 'f', 'z')).toBe(9);
});

test('a table that stands behind its sub-table has its own line', () => {
	expect(lineAt('[a.b]\nx=1\n[a]\ny=1', 'a')).toBe(3);
});

test('dotted and quoted keys are the same keys', () => {
	const text = 'a.b.c = 1\n"a".b."d\\u0065" = 2\n\'q.r\' = 3';
	expect(lineAt(text, 'a', 'b', 'c')).toBe(1);
	expect(lineAt(text, 'a', 'b', 'de')).toBe(2);
	expect(lineAt(text, 'q.r')).toBe(3);
});

test('inline tables, also over several lines, have a line for each key', () => {
	const text = 'a = { x = 1, y = { z = "}" },\n  w.v = [1,\n 2] } \nb = 1';
	expect(lineAt(text, 'a', 'x')).toBe(1);
	expect(lineAt(text, 'a', 'y', 'z')).toBe(1);
	expect(lineAt(text, 'a', 'w', 'v')).toBe(2);
	expect(lineAt(text, 'a', 'w', 'v', '1')).toBe(3);
	expect(lineAt(text, 'b')).toBe(4);
});

test('elements of a list that begin on another line have one', () => {
	const text = 'a = [\n "x", # ]\n [1,\n2],\n]\nb = 1';
	expect(lineAt(text, 'a', '0')).toBe(2);
	expect(lineAt(text, 'a', '1')).toBe(3);
	expect(lineAt(text, 'a', '1', '1')).toBe(4);
	expect(lineAt(text, 'b')).toBe(6);
	expect(lineAt('a = ["x"]', 'a', '0')).toBeUndefined();
});

test('strings of any kind are skipped with the line breaks they hold', () => {
	const long = '"""\none \\""" = 1\n[no]\n \\\n two"""""';
	const literal = "'''\n\\''\n[no]\n'''''";
	const text = `a = ${long}\nb = ${literal}\nc = "#\\\\\\""\nd = '\\'\ne = 1`;
	expect(parse(text)['e']).toBe(1);
	expect(['a', 'b', 'c', 'd', 'e', 'no'].map((key) => lineAt(text, key))).toEqual([
		1,
		6,
		10,
		11,
		12,
		undefined,
	]);
});

test('line breaks of Windows and a mark of byte order do not count', () => {
	expect(lineAt('\ufeffa = 1\r\n[b]\r\nc = """x\r\ny"""\r\nd = 1', 'b', 'd')).toBe(5);
});

test('every key of a document that was written out has a line on which it stands', () => {
	const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
		value: fc.oneof(
			{ depthSize: 'small' },
			fc.string(),
			fc.integer(),
			fc.boolean(),
			tie('list'),
			tie('table'),
		),
		list: fc.array(fc.oneof(fc.string(), fc.integer())),
		table: fc.dictionary(fc.string(), tie('value')),
	})).table;
	fc.assert(
		fc.property(value, (table) => {
			const text = stringify(table as object);
			const lines = text.split('\n');
			const visit = (at: unknown, place: Lines | undefined) => {
				expect(place).toBeDefined();
				expect(place?.line).toBeLessThanOrEqual(lines.length);
				if (typeof at === 'object' && at !== null && !Array.isArray(at)) {
					for (const [key, inner] of Object.entries(at)) {
						const below = place?.below?.get(key);
						visit(inner, below);
						// A table may be there only by the headers of those in it.
						if (/^[\w-]+$/.test(key)) {
							expect(lines[(below?.line ?? 0) - 1]).toContain(key);
						}
					}
				}
			};
			visit(parse(text), linesOf(text));
		}),
	);
});

test('what is no TOML ends all the same', () => {
	for (const text of [
		'[',
		'[[',
		'a',
		'a =',
		'a = [',
		'a = {',
		'a = "',
		'= 1',
		']',
		'a = [}',
		'{',
		"'''",
		'a = {x',
	]) {
		linesOf(text);
	}
	fc.assert(
		fc.property(fc.string({ unit: fc.constantFrom(...'[]{}=.,#"\'\\\n ab1') }), (text) => void linesOf(text)),
	);
});
