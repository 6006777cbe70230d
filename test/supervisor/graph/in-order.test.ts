import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder, type Link } from '../../../src/supervisor/graph/in-order.ts';

test('everything stands behind what it comes after, as long as there is no circle', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9))), (pairs) => {
			const links = pairs
				.filter(([a, b]) => a !== b)
				.map(([a, b]): Link => [String(Math.max(a, b)), String(Math.min(a, b))]);
			const order = [...inOrder(links)];
			expect(order.toSorted()).toEqual([...new Set(links.flat())].toSorted());
			for (const [late, early] of links) {
				expect(order.indexOf(late)).toBeGreaterThan(order.indexOf(early));
			}
		}),
	);
});

test('a circle is no trouble, and a long row neither', () => {
	expect([...inOrder([['a', 'b'], ['b', 'a'], ['c', 'c']])].toSorted()).toEqual(['a', 'b', 'c']); // biome-ignore format: short
	const row = Array.from({ length: 100_000 }, (_, i): Link => [`s${i}`, `s${i + 1}`]);
	expect([...inOrder(row)].slice(0, 2)).toEqual(['s100000', 's99999']);
});
