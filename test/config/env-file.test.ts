import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEnvFile } from '../../src/config/env-file.ts';

function env(content: string): [string, string][] {
	return Array.from(parseEnvFile(content, 'f').env, ([key, { value }]) => [key, value]);
}

test('lines are KEY=value, with comments and quotes', () => {
	const content = '# no\n\nA=1\n  B = two words \nexport C="a # b"\nD=\'"\'\nE=\nF=a=b#c\r\n  # no\nA=2';
	expect(env(content)).toEqual([
		['A', '2'],
		['B', 'two words'],
		['C', 'a # b'],
		['D', '"'],
		['E', ''],
		['F', 'a=b#c'],
	]);
});

test('each variable has the line it stands on', () => {
	expect(parseEnvFile('\nA=1\n\nB=2', 'f').env.get('B')).toEqual({ value: '2', line: 4 });
});

test('any other line is a mistake with its line', () => {
	expect(
		parseEnvFile('A\n=1\nB="x\nC="x" y\nD=\0\na b=1', 'f').mistakes.map(({ line, key }) => `${line} ${key}`),
	).toEqual(['1 ', '2 ', '3 B', '4 C', '5 D', '6 ']);
});

test('a file has at most 1000 variables', () => {
	const lines = (count: number) => Array.from({ length: count }, (_, index) => `A${index}=1`).join('\n');
	expect(parseEnvFile(lines(1000), 'f').mistakes).toEqual([]);
	expect(parseEnvFile(lines(1001), 'f').mistakes).toEqual([
		{ file: 'f', line: 0, key: '', text: 'more than 1000 variables' },
	]);
});

test('values written in quotes are read byte for byte', () => {
	const value = fc.string().filter((it) => !/[\n\0]/.test(it));
	fc.assert(fc.property(value, (it) => void expect(env(`A="${it}"`)).toEqual([['A', it]])));
});

test('any bytes are variables or mistakes', () => {
	fc.assert(
		fc.property(fc.string({ unit: fc.constantFrom(...'A=\n"\'# \r\0x') }), (content) => {
			const { env, mistakes } = parseEnvFile(content, 'f');
			expect(env.size + mistakes.length).toBeLessThanOrEqual(content.split('\n').length);
		}),
	);
});
