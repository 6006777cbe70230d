import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Group } from '../../../src/service/service.ts';
import { concerned, counted, isTooMany } from '../../../src/supervisor/graph/strategy.ts';

const group = (strategy: Group['strategy'], restarts = 2): Group => ({
	name: 'shop',
	members: ['a', 'b', 'c', 'd'],
	strategy,
	intensity: { restarts, within: 1000 },
});

describe('a strategy', () => {
	it('restarts with one that failed nobody, all others, or those behind it', () => {
		expect(concerned(group('one_for_one'), 'b')).toEqual([]);
		expect(concerned(group('one_for_all'), 'b')).toEqual(['a', 'c', 'd']);
		expect(concerned(group('rest_for_one'), 'b')).toEqual(['c', 'd']);
		expect(concerned(group('rest_for_one'), 'd')).toEqual([]);
	});

	it('has too many restarts with exactly the one that more than `restarts` others precede within `within`', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(600), { maxLength: 30 }), fc.nat(4), (gaps, restarts) => {
				const shop = group('one_for_one', restarts);
				let times: readonly number[] = [];
				const all: number[] = [];
				let at = 5000;
				for (const gap of gaps) {
					at += gap;
					all.push(at);
					times = counted(times, at, shop);
					expect(isTooMany(times, shop)).toBe(all.filter((it) => at - it < 1000).length > restarts);
				}
			}),
		);
	});

	it('does not count for an hour what happened before the clock was set back by one', () => {
		const shop = group('one_for_one', 1);
		expect(counted([7_200_000], 3_600_000, shop)).toEqual([3_600_000]);
		expect(counted([7_200_000], 7_199_990, shop)).toEqual([7_200_000, 7_199_990]);
	});
});
