import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Settle } from '../../../src/sources/files/settle.ts';

let now = 0;
let calls: number[] = [];
let settle: Settle;

beforeEach(() => {
	vi.useFakeTimers();
	onTestFinished(() => void vi.useRealTimers());
	now = 0;
	calls = [];
	settle = new Settle(() => calls.push(now));
});

function pass(milliseconds: number): void {
	for (let i = 0; i < milliseconds; i++) {
		now++;
		vi.advanceTimersByTime(1);
	}
}

test('75 ms after the last of a burst', () => {
	settle.stir();
	pass(50);
	settle.stir();
	pass(200);
	expect(calls).toEqual([125]);
});

test('at most 750 ms after the first, and then from the next one on', () => {
	for (let i = 0; i < 100; i++) {
		settle.stir();
		pass(10);
	}
	expect(calls).toEqual([750]);
	pass(1000);
	expect(calls).toEqual([750, 1065]);
});

test('not once it has been stopped, until it is stirred again', () => {
	settle.stir();
	settle.stop();
	pass(1000);
	expect(calls).toEqual([]);
	settle.stir();
	pass(1000);
	expect(calls).toEqual([1075]);
});
