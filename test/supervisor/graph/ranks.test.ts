import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranks } from '../../../src/supervisor/graph/ranks.ts';

describe('ranks', () => {
	it('put each behind what it comes after, and refuse exactly what would close a circle', () => {
		const step = fc.record({ late: fc.nat(9), early: fc.nat(9), isRemoved: fc.boolean() });
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const ranks = new Ranks();
				const edges: [number, number][] = [];
				for (const { late, early, isRemoved } of steps) {
					const known = edges.findIndex(([a, b]) => a === late && b === early);
					if (isRemoved && known >= 0) {
						ranks.remove(String(late), String(early));
						edges.splice(known, 1);
						continue;
					}
					const cycle = ranks.add(String(late), String(early));
					expect([late, early, cycle !== undefined]).toEqual([late, early, reaches(edges, early, late)]);
					if (cycle === undefined) {
						edges.push([late, early]);
					} else {
						const pairs = cycle.slice(1).map((node, i) => [Number(cycle[i]), Number(node)]);
						expect(pairs[0]).toEqual([late, early]);
						expect(cycle.at(-1)).toBe(String(late));
						for (const pair of pairs.slice(1)) {
							expect(edges).toContainEqual(pair);
						}
					}
					for (const [a, b] of edges) {
						expect(ranks.of(String(a))).toBeGreaterThan(ranks.of(String(b)));
					}
				}
			}),
		);
	});

	it('know nothing of what nothing is said of', () => {
		expect(new Ranks().of('a')).toBe(-1);
	});

	it('remember how often something was said', () => {
		const ranks = new Ranks();
		ranks.add('a', 'b');
		ranks.add('a', 'b');
		ranks.remove('a', 'b');
		expect(ranks.add('b', 'a')).toEqual(['b', 'a', 'b']);
		ranks.remove('a', 'b');
		expect(ranks.add('b', 'a')).toBeUndefined();
	});
});

/** Whether `from` comes after `to`, or is it. */
function reaches(edges: readonly [number, number][], from: number, to: number): boolean {
	const found = new Set([from]);
	for (const node of found) {
		for (const [late, early] of edges) {
			if (late === node) {
				found.add(early);
			}
		}
	}
	return found.has(to);
}
