import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/cli/virtual-clock.ts';

const settled = async () => {};

test('time goes on when it is told to, and comes by every alarm at its own time', async () => {
	const clock = new VirtualClock(100);
	const told: string[] = [];
	for (const time of [150, 120, 201, 200]) {
		clock.at(time, () => told.push(`${time} at ${clock.now()}`));
	}
	await clock.goTo(200, settled);
	expect(told).toEqual(['120 at 120', '150 at 150', '200 at 200']);
	expect(clock.now()).toBe(200);
});

test('an alarm that was called off does not come, nor does one come twice', async () => {
	const clock = new VirtualClock(0);
	let came = 0;
	clock.at(10, () => came++);
	const off = clock.at(10, () => came++);
	off();
	off();
	await clock.goTo(10, settled);
	await clock.goTo(1000, settled);
	expect(came).toBe(1);
});

test('what an alarm sets comes in the same stretch; one for the past comes at once, and time never runs back', async () => {
	const clock = new VirtualClock(0);
	const told: number[] = [];
	clock.at(10, () => {
		clock.at(5, () => told.push(clock.now()));
		clock.at(20, () => told.push(clock.now()));
	});
	await clock.goTo(30, settled);
	await clock.goTo(3, settled);
	expect(told).toEqual([10, 20]);
	expect(clock.now()).toBe(30);
});

test('after each alarm it waits until what that brought about has settled', async () => {
	const clock = new VirtualClock(0);
	const told: string[] = [];
	clock.at(1, () => told.push('first'));
	clock.at(2, () => told.push('second'));
	await clock.goTo(2, async () => {
		await Promise.resolve();
		told.push('settled');
	});
	expect(told).toEqual(['first', 'settled', 'second', 'settled']);
});

test('of several at one time the one set first comes first', async () => {
	const clock = new VirtualClock(0);
	const told: string[] = [];
	clock.at(1, () => told.push('a'));
	clock.at(1, () => told.push('b'));
	await clock.goTo(1, settled);
	expect(told).toEqual(['a', 'b']);
});
