import { expect, test } from 'vitest';
import { parseQuantity } from '../../src/rules/quantity.ts';

test.each([
	['1.5GiB', 1_610_612_736],
	['512B', 512],
	['100ms', 100],
	['2m', 120_000],
	['1000h', 3_600_000_000],
	['80%', 80],
	['0.5%', 0.5],
	['12', 12],
	['-3.25', -3.25],
	['0', 0],
])('%s is %d', (text, number) => {
	expect(parseQuantity(text)).toBe(number);
});

test.each(['', '%', 'x', '1e3', '1 GiB', '+1', '.5', '1.', '12345678901234567', '-1GiB', '0x10', '1.5.5'])(
	'%j is no quantity',
	(text) => {
		expect(parseQuantity(text)).toBeUndefined();
	},
);
