import { expect, test } from 'vitest';
import { Kept } from '../../src/keeper/kept.ts';
import { slotCount } from '../../src/keeper/ledger.ts';

/** A keeper that holds what it is given. */
function keeper(held = new Map<number, number>()) {
	const kept = new Kept(
		{ keep: (number, fd) => void held.set(number, fd), dropKept: (number) => void held.delete(number) },
		{ channelTake: (text) => held.get(Number(text.slice('Take,k'.length))) ?? -2 },
	);
	return { held, kept };
}

test('each has a number of its own, until it is dropped', () => {
	const { held, kept } = keeper();
	const numbers = [7, 8, 9].map((fd) => kept.keep(fd));
	expect([new Set(numbers).size, [...held.values()]]).toEqual([3, [7, 8, 9]]);
	kept.drop(numbers[1] as number);
	kept.drop(numbers[1] as number);
	expect([...held.values()]).toEqual([7, 9]);
});

test('what was kept before is taken back, and its number is not given to another', () => {
	const { held, kept } = keeper(new Map([[0, 5]]));
	expect([kept.take(0), kept.take(1)]).toEqual([5, undefined]);
	expect(kept.keep(6)).toBe(1);
	expect(held.get(0)).toBe(5);
});

test('as many are kept as there is room for, and then the numbers that were given back', () => {
	const { kept } = keeper();
	const numbers = Array.from({ length: slotCount }, (_, fd) => kept.keep(fd));
	expect(Math.max(...numbers)).toBe(slotCount - 1);
	expect(kept.keep(1)).toBe(-1);
	kept.drop(5);
	expect([kept.keep(1), kept.keep(1)]).toEqual([5, -1]);
});

test('a number is reserved before anything is held under it', () => {
	const { held, kept } = keeper();
	const number = kept.reserve();
	expect([held.size, kept.keep(7) === number]).toEqual([0, false]);
	kept.put(number, 6);
	expect(held.get(number)).toBe(6);
	kept.drop(number);
	expect(held.has(number)).toBe(false);
});
