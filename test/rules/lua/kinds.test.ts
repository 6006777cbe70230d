import { expect, test } from 'vitest';
import { count } from '../../../src/base/field.ts';
import { duration, like, readAs, text, whole } from '../../../src/rules/lua/kinds.ts';

test('a text has as many bytes as it may', () => {
	const kind = text(3);
	expect(['', 'a', 'abc', 'abcd', 'a\0', 12, 1.5, true, undefined].map((value) => kind.read(value))).toEqual([
		{ refused: 'is empty' },
		'a',
		'abc',
		{ refused: 'is 4 bytes long; 3 are possible' },
		{ refused: 'holds a NUL' },
		'12',
		'1.5',
		undefined,
		undefined,
	]);
	expect(text(3, 'a text', 0).read('')).toBe('');
});

test('a number may stand for its text', () => {
	expect([
		like(count, 'a count').read('5'),
		like(count, 'a count').read(5),
		like(count, 'a count').read(true),
	]).toEqual([5, 5, undefined]);
});

test('a duration is as long as it may be', () => {
	const kind = duration(10);
	expect(['10ms', '2147483647ms', '9ms', '2147483648ms', '5 s', 5].map((value) => kind.read(value))).toEqual([
		10,
		2_147_483_647,
		{ refused: '"9ms" is less than 10ms' },
		{ refused: '"2147483648ms" is longer than 2147483647ms (596h, 24.8 days)' },
		undefined,
		undefined,
	]);
});

test('a whole number is within its bounds', () => {
	expect([0, 1, 5, 6, 1.5, '1'].map((value) => whole(1, 5).read(value))).toEqual([
		undefined,
		1,
		5,
		undefined,
		undefined,
		undefined,
	]);
});

test('what was told already is not told again', () => {
	const wrong: string[] = [];
	expect(readAs(text(3), { tag: 'wrong' }, 'name', (text) => wrong.push(text))).toBeUndefined();
	expect(wrong).toEqual([]);
});
