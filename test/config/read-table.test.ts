import { expect, test } from 'vitest';
import { hintsFor } from '../../src/base/nearest.ts';
import { keysOf } from '../../src/config/key.ts';
import type { Node } from '../../src/config/node.ts';
import { readTable, shapeOf } from '../../src/config/read-table.ts';
import { number, strings } from '../../src/config/reader.ts';
import { parseToml } from '../../src/config/toml.ts';

type Draft = { size: { x: number; y: number }; depth: number; env: ReadonlyMap<string, string> };
const keys = keysOf<Draft>();
const shape = shapeOf<Draft>(
	[
		keys.part('size.x', ['size', 'x'], number(0, 9), 'x'),
		keys.part('size.y', ['size', 'y'], number(0, 9), 'y'),
		keys.field('depth', 'depth', number(0, 9), 'depth', { inDefaults: false }),
		keys.table(
			'env',
			'env',
			strings(() => true, ''),
			'env',
			{ isSecret: true },
		),
	],
	[{ name: 'colour', missing: 'no colours' }],
);
const plain: Draft = { size: { x: 1, y: 1 }, depth: 1, env: new Map() };

function read(text: string, isDefaults = false) {
	const told: string[] = [];
	const wrong = (line: number, key: string, what: string) => void told.push(`${line} ${key}: ${what}`);
	const source = { file: 'f', folder: '/', wrong, hint: hintsFor(9) };
	const result = readTable(
		parseToml(Buffer.from(text), 'f') as Node,
		'box',
		shape,
		plain,
		source,
		isDefaults,
	);
	return { ...result, told };
}

test('keys are put over the draft, those in tables one by one', () => {
	const { draft, places, told } = read('depth = 2\n[size]\ny = 3\n[env]\nA = "1"');
	expect(draft).toEqual({ size: { x: 1, y: 3 }, depth: 2, env: new Map([['A', '1']]) });
	expect([...places]).toEqual([
		['depth', { file: 'f', line: 1 }],
		['size.y', { file: 'f', line: 3 }],
		['env.A', { file: 'f', line: 5 }],
	]);
	expect(told).toEqual([]);
	expect(plain.size.y).toBe(1);
});

test('unknown keys are told at every level, with what is near', () => {
	expect(read('dept = 1\nsize.z = 1\nsize."a b" = 1').told).toEqual([
		'1 box.dept: unknown key, did you mean "depth"?',
		'2 box.size.z: unknown key, did you mean "x"?',
		'3 box.size."a b": unknown key',
	]);
});

test('a key with a mistake leaves the draft as it was, and its place is known', () => {
	const { draft, places, told } = read('depth = 10\nsize.x = 5');
	expect(draft).toEqual({ ...plain, size: { x: 5, y: 1 } });
	expect(places.has('depth')).toBe(true);
	expect(told).toEqual(['1 box.depth: expected a whole number from 0 to 9, got the number 10']);
});

test('what should be a table, what is not there yet and what [defaults] does not take are told', () => {
	expect(read('size = 3\ncolour = 1').told).toEqual([
		'1 box.size: expected a table of x, y, got the number 3',
		'2 box.colour: not there yet: no colours',
	]);
	expect(read('depth = 3', true).told).toEqual(['1 box.depth: belongs to a service, not to [defaults]']);
});

test('a mistake within a table of any keys names the one', () => {
	expect(read('env = { A = 1, "b c" = 2 }').told).toEqual([
		'1 box.env.A: expected a string, got the number 1',
		'1 box.env."b c": expected a string, got the number 2',
	]);
});
