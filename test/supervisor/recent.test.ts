import { expect, test } from 'vitest';
import { Recent } from '../../src/supervisor/recent.ts';

test('the 256 latest are remembered, the one that ended first goes first', () => {
	const recent = new Recent();
	for (let pid = 1; pid <= 256; pid++) {
		recent.add(pid, `p${pid}`);
	}
	expect([recent.nameOf(0), recent.nameOf(1), recent.nameOf(256)]).toEqual([undefined, 'p1', 'p256']);
	recent.add(257, 'p257');
	expect([recent.nameOf(1), recent.nameOf(2), recent.nameOf(257)]).toEqual([undefined, 'p2', 'p257']);
});

test('a number that is used again is of the later one, and as young as that', () => {
	const recent = new Recent();
	recent.add(1, 'before');
	for (let pid = 2; pid <= 256; pid++) {
		recent.add(pid, 'x');
	}
	recent.add(1, 'after');
	recent.add(300, 'y');
	expect([recent.nameOf(1), recent.nameOf(2)]).toEqual(['after', undefined]);
});
