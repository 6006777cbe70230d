import { expect, test } from 'vitest';
import { isList, isTable, kindOf } from '../../src/config/node.ts';

test('a value is named by its kind, small ones by themselves', () => {
	expect(kindOf('x')).toBe('a string');
	expect(kindOf(5)).toBe('the number 5');
	expect(kindOf(false)).toBe('false');
	expect(kindOf([])).toBe('a list');
	expect(kindOf(new Map())).toBe('a table');
	expect(kindOf(new Date())).toBe('a date');
});

test('tables and lists are told from each other and from the rest', () => {
	expect([new Map(), [], 'x', new Date()].map((it) => [isTable(it), isList(it)])).toEqual([
		[true, false],
		[false, true],
		[false, false],
		[false, false],
	]);
});
