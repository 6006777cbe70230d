import { expect, test } from 'vitest';
import { Reloads } from '../../src/keeper/reloads.ts';

const from = 3;

/** Words behind others: HUP came so often. */
function hups(asked: number) {
	const words = new Int32Array(from + 3);
	words[from] = asked;
	const told = () => ({ begun: words[from + 1], done: words[from + 2] });
	return { words, told, daemon: () => new Reloads(words, from) };
}

/** One that never comes to its end. */
const dying = () => new Promise<never>(() => {});

test('it is done when it has ended, well or not, and for those that came before it began', async () => {
	const { words, told, daemon } = hups(1);
	const reloads = daemon();
	await reloads.carryOut(async () => {
		expect(told()).toEqual({ begun: 1, done: 0 });
		words[from] = 2;
	});
	expect(told()).toEqual({ begun: 1, done: 1 });
	const fails = reloads.carryOut(() => Promise.reject(new Error('no')));
	await expect(fails).rejects.toThrow('no');
	expect(told()).toEqual({ begun: 2, done: 2 });
});

test('of one that two daemons died at a third is not told', () => {
	const { words, told, daemon } = hups(1);
	void daemon().carryOut(dying);
	expect(told()).toEqual({ begun: 1, done: 0 });
	void daemon().carryOut(dying);
	expect(told()).toEqual({ begun: 1, done: 1 });
	words[from] = 2;
	void daemon().carryOut(dying);
	expect(told()).toEqual({ begun: 2, done: 1 });
});
