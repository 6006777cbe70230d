import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	choice,
	command,
	flag,
	list,
	maybe,
	number,
	someText,
	strings,
	text,
	word,
} from '../../src/config/reader.ts';
import { again, read } from './readers.ts';

test('each kind of value reads what it wrote', () => {
	const ascii = fc.string().filter((it) => !it.includes('\0'));
	fc.assert(fc.property(ascii, (value) => void expect(again(text, value)).toBe(value)));
	fc.assert(fc.property(fc.array(ascii), (value) => void expect(again(list(text), value)).toEqual(value)));
	fc.assert(
		fc.property(fc.integer({ min: -20, max: 19 }), (it) => void expect(again(number(-20, 19), it)).toBe(it)),
	);
	const part = fc.double({ min: 0, max: 1, noNaN: true }).map((it) => it + 0);
	fc.assert(fc.property(part, (value) => void expect(again(number(0, 1, false), value)).toBe(value)));
	expect(again(flag, true)).toBe(true);
	expect(again(choice('a', 'b'), 'b')).toBe('b');
	expect(again(maybe(text), undefined)).toBeUndefined();
	expect(again(maybe(text), '')).toBe('');
});

test('numbers have bounds, both of them in', () => {
	const reader = number(0, 9);
	expect(['0', '9', '-0', '5.0'].map((it) => read(reader, it))).toEqual([0, 9, 0, 5]);
	for (const toml of ['-1', '10', '1.5', 'nan', 'inf', '"5"', '[]']) {
		expect(read(reader, toml)).toHaveProperty('wrong');
	}
});

test('a NUL is in no text, and some texts may not be empty', () => {
	expect(read(text, '"a\\u0000"')).toEqual({ wrong: ['"a\0" holds a NUL'] });
	expect(read(text, '""')).toBe('');
	expect(read(someText, '""')).toEqual({ wrong: ['expected a string, got an empty one'] });
});

test('every element that is wrong is told', () => {
	expect(read(list(number(0, 9)), '[1, 10, "x", 2]')).toEqual({
		wrong: [
			'expected a whole number from 0 to 9, got the number 10',
			'expected a whole number from 0 to 9, got a string',
		],
	});
});

test('a command is a list that begins with a program', () => {
	expect(read(command, '["ls", "", "-l"]')).toEqual(['ls', '', '-l']);
	expect(read(command, '"ls -l"')).toEqual({
		wrong: ['expected a list of strings, the program first, as ["ls", "-l"], got a string'],
	});
});

test('a table of strings takes the keys it is told to', () => {
	const reader = strings((key) => key !== '', 'a key is not empty');
	expect(read(reader, '{ a = "1", "b c" = "" }')).toEqual(
		new Map([
			['a', '1'],
			['b c', ''],
		]),
	);
	expect(read(reader, '{ "" = "1", a = 1 }')).toEqual({
		wrong: [': a key is not empty', 'a: expected a string, got the number 1'],
	});
});

test('a table has at most 1000 entries', () => {
	const entries = (count: number) =>
		`{ ${Array.from({ length: count }, (_, index) => `A${index} = ""`).join(', ')} }`;
	const reader = strings(() => true, '');
	expect(read(reader, entries(1000))).toHaveProperty('size', 1000);
	expect(read(reader, entries(1001))).toEqual({ wrong: ['more than 1000 entries'] });
});

test('what a word should be is told with what it is', () => {
	const reader = word(
		'a vowel',
		(it) => ('aeiou'.includes(it) ? it : undefined),
		(it) => it,
	);
	expect(read(reader, '"x"')).toEqual({ wrong: ['expected a vowel, got "x"'] });
	expect(read(choice('a', 'b', 'c'), '1')).toEqual({ wrong: ['expected "a", "b" or "c", got the number 1'] });
});
