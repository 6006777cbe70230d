import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinRecord, splitRecord } from '../../src/protocol/join.ts';

const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '\\', '\xff', '') });

test('the fields that were joined are split again', () => {
	fc.assert(
		fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (fields) => {
			expect(splitRecord(joinRecord(fields))).toEqual(fields);
		}),
	);
});

test.each(['"a', 'a"b', '"a"b', 'x,"a"b,c', '"'])('%j is no record', (text) => {
	expect(splitRecord(text)).toEqual([]);
});
