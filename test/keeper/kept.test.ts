import { expect, test } from 'vitest';
import { Kept } from '../../src/keeper/kept.ts';
import { slotCount } from '../../src/keeper/ledger.ts';

/** Claims a number and keeps a descriptor under it. */
function keep(kept: Kept, fd: number): number {
	const number = kept.claim();
	kept.put(number, fd);
	return number;
}

/** A keeper that holds what it is given. */
function keeper(held = new Map<number, number>()) {
	const kept = new Kept({
		keep: (number, fd) => void held.set(number, fd),
		dropKept: (number) => void held.delete(number),
		ask: (text) => held.get(Number(text.slice('Take,k'.length))) ?? -2,
	});
	return { held, kept };
}

test('each has a number of its own, until it is dropped', () => {
	const { held, kept } = keeper();
	const numbers = [7, 8, 9].map((fd) => keep(kept, fd));
	expect([new Set(numbers).size, [...held.values()]]).toEqual([3, [7, 8, 9]]);
	kept.drop(numbers[1] as number);
	kept.drop(numbers[1] as number);
	expect([...held.values()]).toEqual([7, 9]);
});

test('what was kept before is taken back, and its number is not given to another', () => {
	const { held, kept } = keeper(new Map([[0, 5]]));
	expect([kept.take(0), kept.take(1)]).toEqual([5, undefined]);
	expect(keep(kept, 6)).toBe(1);
	expect(held.get(0)).toBe(5);
});

test('as many are kept as there is room for, and then the numbers that were given back', () => {
	const { kept } = keeper();
	const numbers = Array.from({ length: slotCount }, (_, fd) => keep(kept, fd));
	expect(Math.max(...numbers)).toBe(slotCount - 1);
	expect(keep(kept, 1)).toBe(-1);
	kept.drop(5);
	expect([keep(kept, 1), keep(kept, 1)]).toEqual([5, -1]);
});

test('a number is to be written down before anything is held under it', () => {
	const { held, kept } = keeper();
	const number = kept.claim();
	expect([number, held.size]).toEqual([0, 0]);
	kept.put(number, 7);
	expect([...held]).toEqual([[0, 7]]);
});

test('what the keeper had no room for is neither put nor asked for, and nothing is taken back twice', () => {
	const asked: string[] = [];
	const said: number[] = [];
	const kept = new Kept({
		keep: (number) => said.push(number),
		dropKept: (number) => said.push(number),
		ask: (text) => asked.push(text),
	});
	kept.put(-1, 7);
	expect([kept.take(-1), kept.take(3), kept.take(3)]).toEqual([undefined, 1, undefined]);
	expect([asked, said]).toEqual([['Take,k3'], []]);
});

test('what nobody has taken back is dropped, what somebody has is not', () => {
	const { held, kept } = keeper(
		new Map([
			[0, 5],
			[1, 6],
			[2, 7],
		]),
	);
	kept.take(1);
	kept.clear([0, 1, 9]);
	expect([...held]).toEqual([
		[1, 6],
		[2, 7],
	]);
});
