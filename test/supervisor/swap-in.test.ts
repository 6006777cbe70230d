import { expect, test } from 'vitest';
import { swapIn } from '../../src/supervisor/swap-in.ts';

test('what two keys have changes places', () => {
	const [a, b, c] = [{}, {}, {}];
	const [one, two] = [{ n: 1 }, { n: 2 }];
	const map = new Map([
		[a, one],
		[b, two],
	]);
	swapIn(map, a, b);
	expect([map.get(a), map.get(b)]).toEqual([two, one]);
	swapIn(map, a, c);
	expect([map.has(a), map.get(c)]).toEqual([false, two]);
	swapIn(map, {}, {});
	expect(map.size).toBe(2);
});
