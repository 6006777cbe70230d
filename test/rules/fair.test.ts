import { expect, test } from 'vitest';
import { fairBatch } from '../../src/rules/fair.ts';
import type { Resident } from '../../src/rules/resident.ts';

let order = 0;

/** A file with this many calls that wait. */
function file(name: string, calls: number): Resident {
	const waiting = Array.from({ length: calls }, () => ({ order: order++ }));
	const backlog = {
		get waiting() {
			return waiting.length;
		},
		take: () => waiting.shift(),
	};
	return { file: name, backlog } as unknown as Resident;
}

const counted = (batch: ReturnType<typeof fairBatch>) => {
	const counts: Record<string, number> = {};
	for (const { resident } of batch) {
		counts[resident.file] = (counts[resident.file] ?? 0) + 1;
	}
	return counts;
};

test('while all fits, all of it goes, in the order of asking', () => {
	const batch = fairBatch([file('a', 3), file('b', 2)], 10, { last: 0 });
	expect(counted(batch)).toEqual({ a: 3, b: 2 });
	const orders = batch.map(({ waiting }) => waiting.order);
	expect(orders).toEqual([...orders].sort((one, other) => one - other));
});

test('one with much to do leaves the others their share, and takes what they do not need', () => {
	expect(counted(fairBatch([file('busy', 1000), file('b', 2), file('c', 50)], 30, { last: 0 }))).toEqual({
		busy: 14,
		b: 2,
		c: 14,
	});
});

test('with less room than files everybody has a turn in the end', () => {
	const files = ['a', 'b', 'c'].map((name) => file(name, 5));
	const turns = { last: 0 };
	const batches = [1, 2, 3].map(() => Object.keys(counted(fairBatch(files, 1, turns))));
	expect(new Set(batches.flat())).toEqual(new Set(['a', 'b', 'c']));
});

test('nothing waits: nothing goes', () => {
	expect(fairBatch([file('a', 0)], 5, { last: 0 })).toEqual([]);
	expect(fairBatch([], 5, { last: 0 })).toEqual([]);
});
