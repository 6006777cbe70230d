import { expect, test } from 'vitest';
import { ExitRing } from '../../src/keeper/exit-ring.ts';

const size = 8;

/** A ring behind the word that counts the ends and one of something else, of which so many are known. */
function ringAfter(known: number) {
	const words = new Int32Array(2 + size);
	words[0] = known;
	return { words, ring: new ExitRing(words, 0, 2, size) };
}

test('what the keeper wrote since it was last asked is yielded once, also over the end of the ring', () => {
	const { words, ring } = ringAfter(size - 1);
	expect([ring.hasSome(), ...ring.taken()]).toEqual([false]);
	words.set([5], 2 + size - 1);
	words.set([6], 2);
	words[0] = size + 1;
	expect(ring.hasSome()).toBe(true);
	expect([...ring.taken()]).toEqual([5, 6]);
	expect([ring.hasSome(), ...ring.taken()]).toEqual([false]);
});

test('what comes while it is asked is yielded as well', () => {
	const { words, ring } = ringAfter(0);
	words.set([1, 0, 5, 6]);
	const taken = ring.taken();
	expect(taken.next().value).toBe(5);
	words[0] = 2;
	expect([...taken]).toEqual([6]);
});

test('the count may pass 2^32', () => {
	const { words, ring } = ringAfter(-1);
	words.set([9], 2 + size - 1);
	words[0] = 0;
	expect([...ring.taken()]).toEqual([9]);
});
