import { expect, test } from 'vitest';
import { pathMistake, watchedPaths } from '../../src/rules/watched.ts';

test('what path equals, alone or as any of a list, is watched', () => {
	const one = { is: 'glob', glob: '/etc/a' } as const;
	const other = { is: 'glob', glob: '/etc/*.conf' } as const;
	expect(watchedPaths({ path: one })).toEqual(['/etc/a']);
	expect(watchedPaths({ path: { is: 'any', of: [one, { is: 'any', of: [other] }] } })).toEqual([
		'/etc/a',
		'/etc/*.conf',
	]);
});

test('no other field and no other test names a path', () => {
	expect(watchedPaths({})).toEqual([]);
	expect(watchedPaths({ what: { is: 'glob', glob: '/etc/a' } })).toEqual([]);
	expect(watchedPaths({ path: { is: 'matching', pattern: '/etc/a' } })).toEqual([]);
	expect(watchedPaths({ path: { is: 'above', than: 1 } })).toEqual([]);
});

test('a path is absolute', () => {
	expect(pathMistake('/')).toBeUndefined();
	expect(pathMistake('/etc/a..b/.c/**/*.d')).toBeUndefined();
	expect(pathMistake('etc/a')).toEqual({
		refused: 'expected an absolute path, got "etc/a": write it from / on',
	});
	expect(pathMistake('')).toEqual({ refused: 'expected an absolute path, got "": write it from / on' });
});

test('a path is said in one way', () => {
	const refused = (path: string) => pathMistake(path)?.refused;
	expect(refused('/a//b')).toBe(
		'"/a//b" has // or a / at its end, which no event carries: write the path without',
	);
	expect(refused('/a/')).toBe(
		'"/a/" has // or a / at its end, which no event carries: write the path without',
	);
	expect(refused('/a/./b')).toBe('"/a/./b" has ".", which no event carries: write the path without');
	expect(refused('/a/../b')).toBe('"/a/../b" has "..", which no event carries: write the path without');
	expect(refused('/a/b**')).toBe('"/a/b**" has "b**", which no event carries: write the path without');
	expect(refused('/a\0')).toBe('a path holds no NUL');
});

test('a path has at most 4095 bytes', () => {
	expect(pathMistake(`/${'a'.repeat(4094)}`)).toBeUndefined();
	expect(pathMistake(`/${'a'.repeat(4095)}`)).toEqual({ refused: 'a path has at most 4095 bytes' });
});
