import { expect, test } from 'vitest';
import { inPieces } from '../../src/base/pieces.ts';

function spin(ms: number): void {
	const end = performance.now() + ms;
	while (performance.now() < end);
}

test('each has its turn, in order', async () => {
	const seen: number[] = [];
	await inPieces([3, 1, 2], (it) => seen.push(it));
	expect(seen).toEqual([3, 1, 2]);
	await inPieces([], () => seen.push(0));
	expect(seen).toEqual([3, 1, 2]);
});

test('others have theirs after half a millisecond', async () => {
	const order: string[] = [];
	const work = inPieces(['a', 'b', 'c'], (it) => {
		order.push(it);
		spin(0.6);
	});
	setImmediate(() => order.push('other'));
	await work;
	expect(order).toEqual(['a', 'other', 'b', 'c']);
});

test('what takes no time is done at once', async () => {
	const order: string[] = [];
	const work = inPieces([1, 2, 3], (it) => order.push(String(it)));
	setImmediate(() => order.push('other'));
	await work;
	expect(order).toEqual(['1', '2', '3']);
});

test('what fails fails all of it', async () => {
	await expect(
		inPieces([1], () => {
			throw new Error('a mistake');
		}),
	).rejects.toThrow('a mistake');
});
