import { expect, test } from 'vitest';
import { LogPlaces, logState } from '../../src/keeper/log-places.ts';

const count = 3;

/** Places behind a word that says how many were used. */
function places() {
	const words = new Int32Array(1 + 10 * count);
	return { words, logs: new LogPlaces(words, 0, 1, count) };
}

test('the lowest free place is claimed, and one too many is refused', () => {
	const { logs } = places();
	expect([logs.claim(), logs.claim(), logs.claim(), logs.claim()]).toEqual([0, 1, 2, undefined]);
	expect([logs.state(0), logs.high]).toEqual([logState.open, 3]);
	logs.setState(1, logState.free);
	expect([logs.claim(), logs.claim(), logs.high]).toEqual([1, undefined, 3]);
});

test('nothing of the one before is left in a place that is claimed again', () => {
	const { words, logs } = places();
	logs.claim();
	words.fill(7, 2, 11);
	expect(logs.isBusy(0)).toBe(true);
	logs.setState(0, logState.free);
	logs.claim();
	expect([...words.subarray(1, 11)]).toEqual([logState.open, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('it is busy while archon-log holds bytes of either stream', () => {
	const { words, logs } = places();
	logs.claim();
	expect(logs.isBusy(0)).toBe(false);
	words[2] = 1;
	expect(logs.isBusy(0)).toBe(true);
	words.set([0, 1], 2);
	expect(logs.isBusy(0)).toBe(true);
});

test('limits stand where archon-log reads them, and whether they are others is known', () => {
	const { words, logs } = places();
	logs.claim();
	logs.claim();
	expect(logs.setLimits(1, { max: 3 * 2 ** 31 + 5, keep: 7 })).toBe(true);
	expect([...words.subarray(11, 21)]).toEqual([logState.open, 0, 0, 7, 2 ** 31 - 2 ** 32 + 5, 1, 0, 0, 0, 0]);
	expect(logs.setLimits(1, { max: 3 * 2 ** 31 + 5, keep: 7 })).toBe(false);
	expect(logs.setLimits(1, { max: 2 ** 31 + 5, keep: 7 })).toBe(true);
	expect(logs.setLimits(1, { max: 2 ** 31 + 5, keep: 8 })).toBe(true);
});
