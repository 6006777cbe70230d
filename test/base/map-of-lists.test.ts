import { expect, test } from 'vitest';
import { pushTo } from '../../src/base/map-of-lists.ts';

test('the values of each key are there in the order in which they were added', () => {
	const map = new Map<string, number[]>();
	pushTo(map, 'odd', 1);
	pushTo(map, 'even', 2);
	pushTo(map, 'odd', 3);
	expect([...map]).toEqual([
		['odd', [1, 3]],
		['even', [2]],
	]);
});
