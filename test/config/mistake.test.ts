import { expect, test } from 'vitest';
import { formatMistake, formatPlace, joinKey, oneLine } from '../../src/config/mistake.ts';

test('a mistake is one line: file, line, key and what it is', () => {
	const mistake = { file: '/a.toml', line: 3, key: 'service.web', text: 'run is missing' };
	expect(formatMistake(mistake)).toBe('/a.toml:3: service.web: run is missing');
	expect(formatMistake({ ...mistake, line: 0, key: '' })).toBe('/a.toml: run is missing');
});

test('control characters in a name make no second line', () => {
	const mistake = { file: 'a\nb', line: 1, key: joinKey('x\ny'), text: 'a\x7fb\x1b' };
	expect(formatMistake(mistake)).toBe('a\\u{a}b:1: "x\\u{a}y": a\\u{7f}b\\u{1b}');
});

test('a place is a file and a line, a file alone for line 0', () => {
	expect(formatPlace({ file: 'a', line: 12 })).toBe('a:12');
	expect(formatPlace({ file: 'a', line: 0 })).toBe('a');
});

test('parts of a key that are no bare keys stand in quotes', () => {
	expect(joinKey('service', 'web@1', 'env', 'A_B-c')).toBe('service."web@1".env.A_B-c');
	expect(joinKey('')).toBe('""');
});

test('what would make two lines, or be a command to a terminal, is spelled out; other text stays', () => {
	const told = ['a\nb\x1b[2J\x7f', '\xc2\x9b31m', 'gr\xc3\xbc\xc3\x9f \xe2\x82\x9b \xf0\x9f\x98\x80 \x9b'];
	expect(told.map(oneLine)).toEqual([
		String.raw`a\u{a}b\u{1b}[2J\u{7f}`,
		String.raw`\u{9b}31m`,
		'gr\xc3\xbc\xc3\x9f \xe2\x82\x9b \xf0\x9f\x98\x80 \x9b',
	]);
});
