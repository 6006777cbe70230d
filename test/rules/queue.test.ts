import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Queue } from '../../src/rules/queue.ts';

test('It is as an array of which one takes from the front.', () => {
	const step = fc.oneof(
		fc.nat(3000).map((count) => ['push', count] as const),
		fc.nat(3000).map((count) => ['shift', count] as const),
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
			const queue = new Queue<number>();
			const model: number[] = [];
			let next = 0;
			for (const [what, count] of steps) {
				for (let i = 0; i < count; i++) {
					if (what === 'push') {
						queue.push(next);
						model.push(next++);
					} else {
						expect(queue.shift()).toBe(model.shift());
					}
				}
				expect([queue.length, queue.first]).toEqual([model.length, model[0]]);
			}
			expect(queue.clear()).toEqual(model);
			expect([queue.length, queue.first, queue.shift()]).toEqual([0, undefined, undefined]);
		}),
		{ numRuns: 20 },
	);
});

test('One can be taken out of the middle, the first that is meant, and none that is gone.', () => {
	const queue = new Queue<string>();
	for (const one of ['a', 'b', 'c', 'bb']) {
		queue.push(one);
	}
	queue.shift();
	expect(queue.take((one) => one === 'a')).toBeUndefined();
	expect(queue.take((one) => one.startsWith('b'))).toBe('b');
	expect(queue.clear()).toEqual(['c', 'bb']);
});

test('It knows what all that is in it weighs.', () => {
	const queue = new Queue<number>((one) => one);
	const weights = [];
	for (const one of [1, 2, 3, 4]) {
		queue.push(one);
	}
	weights.push(queue.weight);
	queue.shift();
	weights.push(queue.weight);
	queue.take((one) => one === 3);
	weights.push(queue.weight);
	queue.take((one) => one === 3);
	queue.clear();
	queue.shift();
	expect([...weights, queue.weight]).toEqual([10, 9, 6, 0]);
});
