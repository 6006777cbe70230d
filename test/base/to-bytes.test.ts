import { expect, test } from 'vitest';
import { toBytes } from '../../src/base/to-bytes.ts';

test('text is turned into a character per byte', () => {
	expect(toBytes('plain')).toBe('plain');
	expect(toBytes('é → 😀')).toBe('Ã© â\x86\x92 ð\x9f\x98\x80');
});
