import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	formatDuration,
	longestDuration,
	parseDuration,
	roughDuration,
	tooLong,
} from '../../src/base/duration.ts';

test('durations are 200ms, 5s, 2m, 1h', () => {
	expect(['200ms', '5s', '2m', '1h'].map((text) => parseDuration(text))).toEqual([
		200, 5000, 120_000, 3_600_000,
	]);
});

test('a duration may have decimals as long as it is whole milliseconds', () => {
	expect(['1.5s', '0.001s', '0.25h', '1.1s'].map((text) => parseDuration(text))).toEqual([
		1500, 1, 900_000, 1100,
	]);
	expect(parseDuration('0.5ms')).toBeUndefined();
});

test('a zero is a zero', () => {
	expect(['0s', '0ms', '0.0h'].map((text) => parseDuration(text))).toEqual([0, 0, 0]);
	expect(formatDuration(0)).toBe('0s');
});

test('without a unit, with a sign or a blank it is no duration', () => {
	for (const text of [
		'',
		'5',
		's',
		'-5s',
		'+5s',
		'5 s',
		' 5s',
		'5S',
		'5d',
		'.5s',
		'5.s',
		'1e3s',
		'1m30s',
		'5s\n',
	]) {
		expect(parseDuration(text), text).toBeUndefined();
	}
});

test('what no timer can wait is no duration unless the limit is lifted', () => {
	expect(parseDuration(`${longestDuration}ms`)).toBe(longestDuration);
	expect(parseDuration(`${longestDuration + 1}ms`)).toBeUndefined();
	expect(parseDuration('9'.repeat(400).concat('h'))).toBeUndefined();
	expect(parseDuration('2000h', Number.MAX_SAFE_INTEGER)).toBe(7_200_000_000);
});

test('a duration is written in the largest unit that leaves no rest', () => {
	expect([200, 1500, 90_000, 120_000, 3_600_000].map(formatDuration)).toEqual([
		'200ms',
		'1500ms',
		'90s',
		'2m',
		'1h',
	]);
});

test('a duration that was written is read as the same', () => {
	fc.assert(
		fc.property(fc.nat({ max: longestDuration }), (ms) => {
			expect(parseDuration(formatDuration(ms))).toBe(ms);
		}),
	);
});

test('roughly it is said in the two largest units', () => {
	const said = {
		'0ms': 0, '1ms': 0.6, '999ms': 999, '1s': 1000, '1.4s': 1449, '9.9s': 9949, '10s': 9950, '42s': 42_400,
		'1m00s': 59_500, '4m05s': 245_000, '59m59s': 3_599_000, '1h00m': 3_599_500, '3h12m': 11_579_000,
		'1d00h': 86_400_000, '5d04h': 446_500_000, '400d00h': 34_560_000_000,
	}; // biome-ignore format: a table
	for (const [text, ms] of Object.entries(said)) {
		expect(roughDuration(ms)).toBe(text);
	}
	expect(roughDuration(-5)).toBe('0ms');
});

test('of one that is too long the limit is named', () => {
	expect(tooLong(`${longestDuration + 1}ms`)).toEqual({
		refused: '"2147483648ms" is longer than 2147483647ms (596h, 24.8 days)',
	});
	expect([`${longestDuration}ms`, '5', 'x'].map(tooLong)).toEqual([undefined, undefined, undefined]);
});
