import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromJson, toJson } from '../../src/base/json.ts';

test('maps and no limit come back as they were, wherever they stand', () => {
	const value = {
		a: new Map([['x', [1, new Map()]]]),
		b: Number.POSITIVE_INFINITY,
		c: [Number.POSITIVE_INFINITY],
	};
	expect(fromJson(toJson(value))).toEqual(value);
});

test('everything that JSON has words for comes back as it was', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			expect(fromJson(toJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
		}),
	);
});
