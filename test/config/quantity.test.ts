import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration, orUnlimited, resource, size, someDuration, umask } from '../../src/config/quantity.ts';
import { again, read } from './readers.ts';

test('durations have a unit; a zero is a zero', () => {
	expect(['"200ms"', '"5s"', '"2m"', '"1h"', '"0s"', '"1.5s"'].map((it) => read(duration, it))).toEqual([
		200, 5000, 120_000, 3_600_000, 0, 1500,
	]);
	expect(read(duration, '5')).toHaveProperty('wrong');
	expect(read(someDuration, '"0ms"')).toEqual({ wrong: ['expected a duration longer than 0'] });
	expect(read(someDuration, '"1ms"')).toBe(1);
	fc.assert(fc.property(fc.nat(2 ** 31 - 1), (ms) => void expect(again(duration, ms)).toBe(ms)));
	expect(read(duration, '"2147483648ms"')).toEqual({
		wrong: ['"2147483648ms" is longer than 2147483647ms (596h, 24.8 days)'],
	});
});

test('sizes have a unit of 1024, or are bytes', () => {
	const texts = ['"512MiB"', '"64KiB"', '"1GiB"', '"2TiB"', '"7B"', '"1.5KiB"', '0', '4096'];
	expect(texts.map((it) => read(size(), it))).toEqual([2 ** 29, 2 ** 16, 2 ** 30, 2 ** 41, 7, 1536, 0, 4096]);
	for (const toml of [
		'"5"',
		'"5MB"',
		'"5mib"',
		'"-1KiB"',
		'"0.3B"',
		'-1',
		'1.5',
		'inf',
		'"99999999TiB"',
		'true',
	]) {
		expect(read(size(), toml)).toHaveProperty('wrong');
	}
	expect(read(size(10), '9')).toHaveProperty('wrong');
	expect(read(size(10), '10')).toBe(10);
	fc.assert(fc.property(fc.maxSafeNat(), (bytes) => void expect(again(size(), bytes)).toBe(bytes)));
});

test('a resource is a number, a size or unlimited', () => {
	expect(['0', '"1KiB"', '"unlimited"'].map((it) => read(resource, it))).toEqual([
		0,
		1024,
		Number.POSITIVE_INFINITY,
	]);
	for (const value of [0, 4096, Number.POSITIVE_INFINITY]) {
		expect(again(resource, value)).toBe(value);
	}
	expect(resource.write(4096)).toBe(4096);
	expect(read(resource, '"infinity"')).toEqual({
		wrong: ['expected a number, a size ("512MiB") or "unlimited", got "infinity"'],
	});
});

test('unlimited may stand for whatever is meant by it', () => {
	const memory = orUnlimited(size(), 'a size', undefined);
	expect(again(memory, undefined)).toBeUndefined();
	expect(memory.write(undefined)).toBe('unlimited');
	expect(memory.write(2 ** 20)).toBe('1MiB');
});

test('a umask is octal digits in a string', () => {
	expect(['"022"', '"0022"', '"0"', '"777"'].map((it) => read(umask, it))).toEqual([0o22, 0o22, 0, 0o777]);
	for (const toml of ['22', '"8"', '""', '"1777"', '"0o22"', '"-1"']) {
		expect(read(umask, toml)).toHaveProperty('wrong');
	}
	fc.assert(fc.property(fc.nat(0o777), (bits) => void expect(again(umask, bits)).toBe(bits)));
});
