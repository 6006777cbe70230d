import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hintsFor, nearest } from '../../src/base/nearest.ts';

const keys = ['restart', 'requires', 'run', 'ready', 'reload', 'user', 'umask', 'stop', 'env'];

test('a key with letters added, left out, changed or swapped is recognised', () => {
	const meant = ['restrat', 'restar', 'restartt', 'rastart', 'redy', 'rum', 'sotp', 'Env', 'user_'];
	expect(meant.map((it) => nearest(it, keys))).toEqual([
		'restart', 'restart', 'restart', 'restart', 'ready', 'run', 'stop', 'env', 'user',
	]); // biome-ignore format: as above
});

test('what is nothing of ours stays so', () => {
	expect(['xyz', 'description', '', 'ru'.repeat(40)].map((it) => nearest(it, keys))).toEqual([
		undefined, undefined, undefined, undefined,
	]); // biome-ignore format: as above
});

test('a hint is a question, or nothing, for so many texts', () => {
	const hint = hintsFor(2);
	expect(hint('restrat', keys)).toBe(', did you mean "restart"?');
	expect(hint('usr', keys)).toBe(', did you mean "user"?');
	expect(hint('restrat', keys)).toBe('');
	expect(hintsFor(1)('xyz', keys)).toBe('');
});

test('what is there is its own nearest', () => {
	fc.assert(
		fc.property(
			fc.array(fc.string({ minLength: 1, maxLength: 64 }), { minLength: 1 }),
			fc.nat(),
			(words, pick) => {
				const word = words[pick % words.length] ?? '';
				expect(nearest(word, words)).toBe(word);
			},
		),
	);
});

test('one letter more is recognised in any word of three letters', () => {
	fc.assert(
		fc.property(
			fc.string({ minLength: 3, maxLength: 60 }),
			fc.string({ minLength: 1, maxLength: 1 }),
			(word, letter) => {
				expect(nearest(word + letter, [word])).toBe(word);
			},
		),
	);
});
