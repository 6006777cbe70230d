import { expect, test } from 'vitest';
import { bytesOf, durationText, textOf } from '../../src/client/text.ts';

test('a string goes out as UTF-8 and comes back as it was; bytes go as they are', () => {
	for (const text of ['', 'web', 'Grüße\n', '\u{1f600}', '\\x{ff}']) {
		expect(textOf(bytesOf(text))).toBe(text);
	}
	expect(bytesOf('ü')).toBe('\u00c3\u00bc');
	expect(bytesOf(Uint8Array.of(0xff, 0x41))).toBe('\u00ffA');
});

test('bytes that are no UTF-8 come back as U+FFFD', () => {
	expect(textOf('a\u00ffb')).toBe('a\ufffdb');
	expect(textOf('\u00c3\u00bc\u00c3')).toBe('ü\ufffd');
});

test.each([['a\0b'], [Uint8Array.of(0)], [null], [7], [undefined]])('%j cannot be a field', (text) => {
	expect(() => bytesOf(text as string)).toThrow(TypeError);
});

test('a duration is milliseconds or as archon writes it', () => {
	expect([0, 200, 1500, 2000, 90_000].map(durationText)).toEqual(['0s', '200ms', '1500ms', '2s', '90s']);
	expect(durationText('1h')).toBe('1h');
	for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
		expect(() => durationText(wrong)).toThrow(TypeError);
	}
});
