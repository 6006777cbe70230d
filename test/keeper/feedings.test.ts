import { expect, test, vi } from 'vitest';
import { Feedings } from '../../src/keeper/feedings.ts';

const seconds = (at: number) => vi.spyOn(process, 'hrtime').mockReturnValue([at, 0]);

test('who was fed is known by slot, and by whoever looks at the same words', () => {
	const words = new Int32Array(40);
	const feedings = new Feedings(words, 5, 20);
	words[5] = 1;
	const clock = seconds(100);
	feedings.note(1);
	expect([feedings.ago(0), feedings.ago(1)]).toEqual([undefined, 0]);
	clock.mockReturnValue([103, 0]);
	expect(new Feedings(words, 5, 20).ago(1)).toBe(3000);
	feedings.clear(1);
	expect(feedings.ago(1)).toBe(undefined);
	expect([...words].filter((it) => it !== 0)).toEqual([1, 1]);
	clock.mockRestore();
});

test('before exec the word is the child’s, and what has no slot is not fed', () => {
	const words = new Int32Array(40);
	const feedings = new Feedings(words, 5, 20);
	feedings.clear(0);
	feedings.clear(-1);
	feedings.note(-1);
	expect([feedings.ago(0), feedings.ago(-1)]).toEqual([undefined, undefined]);
	expect(words.every((it) => it === 0)).toBe(true);
});

test('over 2^31 and 2^32 milliseconds it goes on', () => {
	const feedings = new Feedings(new Int32Array(40), 5, 20);
	for (const at of [2 ** 31 / 1000, 2 ** 32 / 1000]) {
		const clock = seconds(at - 1);
		feedings.note(0);
		clock.mockReturnValue([at + 1, 0]);
		expect(feedings.ago(0)).toBeCloseTo(2000, -1);
		clock.mockRestore();
	}
});
