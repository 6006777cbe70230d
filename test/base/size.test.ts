import { expect, test } from 'vitest';
import { formatSize, parseSize } from '../../src/base/size.ts';

test.each([
	['0B', 0],
	['1B', 1],
	['64KiB', 65_536],
	['1.5GiB', 1_610_612_736],
	['2TiB', 2 ** 41],
	['0.5B', 0.5],
	['1000000000000000B', 1e15],
	['1.000001KiB', 1024.001024],
])('%s is %d bytes', (text, bytes) => {
	expect(parseSize(text)).toBe(bytes);
});

test.each(['', '1', 'KiB', '-1B', '1kB', '1 KiB', '1.B', '99999999999999999B', '1.0000001KiB'])(
	'%j is no size',
	(text) => {
		expect(parseSize(text)).toBeUndefined();
	},
);

test.each([
	[0, '0B'],
	[1023, '1023B'],
	[1024, '1KiB'],
	[1536, '1536B'],
	[2 ** 40, '1TiB'],
])('%d bytes are written %s', (bytes, text) => {
	expect(formatSize(bytes)).toBe(text);
});
