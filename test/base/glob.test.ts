import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGlob, escapeGlob, isGlob } from '../../src/base/glob.ts';

function all(pattern: string, texts: string[]): string[] {
	return texts.filter(compileGlob(pattern));
}

test('a text with *, ? or [ is a glob, any other is a name', () => {
	expect(['*', 'a?', '[ab]', 'web-*'].every(isGlob)).toBe(true);
	expect(['web', 'web@1', 'a.b', 'a]', '!'].some(isGlob)).toBe(false);
});

test('* is any text, none included', () => {
	expect(all('web*', ['web', 'web-1', 'we', 'aweb'])).toEqual(['web', 'web-1']);
	expect(all('a**', ['a', 'ab', 'b'])).toEqual(['a', 'ab']);
	expect(all('*', ['', 'a', 'a.b'])).toEqual(['', 'a', 'a.b']);
	expect(all('a*b*c', ['abc', 'axbxc', 'axbxcx', 'acb', 'abcbc'])).toEqual(['abc', 'axbxc', 'abcbc']);
});

test('? is one character', () => {
	expect(all('web-?', ['web-', 'web-1', 'web-12'])).toEqual(['web-1']);
});

test('[a-z] is one of these and [!a-z] one of the others', () => {
	expect(all('x[a-c5]', ['xa', 'xc', 'xd', 'x5', 'x', 'xaa'])).toEqual(['xa', 'xc', 'x5']);
	expect(all('x[!a-c5]', ['xa', 'xc', 'xd', 'x5', 'x', 'x!'])).toEqual(['xd', 'x!']);
	expect(all('[a-]', ['a', '-', 'b'])).toEqual(['a', '-']);
	expect(all('[]]', [']', '['])).toEqual([']']);
	expect(all('[!]]', [']', '['])).toEqual(['[']);
});

test('a [ that nothing closes is itself', () => {
	expect(all('[a', ['[a', 'a'])).toEqual(['[a']);
	expect(all('[!]', ['[!]', 'x'])).toEqual(['[!]']);
	expect(all('*[]', ['x[]', 'x'])).toEqual(['x[]']);
});

test('what means something in a regular expression is itself', () => {
	expect(all('a.b', ['a.b', 'axb'])).toEqual(['a.b']);
	expect(all('a.b*', ['a.b', 'axb'])).toEqual(['a.b']);
	expect(all('(a|b)+$*', ['(a|b)+$', 'a'])).toEqual(['(a|b)+$']);
});

test('a glob of * and ? matches as the same regular expression does', () => {
	const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
	const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
	fc.assert(
		fc.property(patterns, texts, (pattern, text) => {
			const same = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
			expect(compileGlob(pattern)(text)).toBe(same.test(text));
		}),
	);
});

test('a glob of many stars that does not match is given up on soon', () => {
	const steps = 'a'.repeat(2000);
	const begun = performance.now();
	expect(compileGlob(`${'*a'.repeat(120)}*b`)(steps)).toBe(false);
	expect(compileGlob('['.repeat(20_000))(steps)).toBe(false);
	expect(performance.now() - begun).toBeLessThan(2000);
});

test('what is escaped is a glob of that text alone', () => {
	expect(all(escapeGlob('a*[b]?'), ['a*[b]?', 'axb?', 'a*b?', 'a*[b]x'])).toEqual(['a*[b]?']);
	expect(isGlob(escapeGlob('plain'))).toBe(false);
});
