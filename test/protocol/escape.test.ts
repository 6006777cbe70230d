import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeText, unescapeText } from '../../src/protocol/escape.ts';

function latin1(text: string): string {
	return Buffer.from(text).toString('latin1');
}

test('\\ is \\\\, control and other characters are \\u{hex}, bytes that are not UTF-8 \\x{hex}', () => {
	expect(escapeText('a\\b')).toBe('a\\\\b');
	expect(escapeText('a\nb\t\x7f\r\0')).toBe('a\\u{a}b\\u{9}\\u{7f}\\u{d}\\u{0}');
	expect(escapeText(latin1('é€😀'))).toBe('\\u{e9}\\u{20ac}\\u{1f600}');
	expect(escapeText('\xff\xc3(\xe2\x82')).toBe('\\x{ff}\\x{c3}(\\x{e2}\\x{82}');
});

test('printable ASCII stays as it is', () => {
	const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('');
	expect(escapeText(printable)).toBe(printable.replace('\\', '\\\\'));
});

test('undoing it gives the bytes back', () => {
	const mixed = fc.array(
		fc.constantFrom('\\', 'u{41}', '\\x{', '\xc3', '\xa9', '\xe2\x82\xac', 'a', '\n', '\xff'),
	);
	const bytes = fc.uint8Array().map((list) => Buffer.from(list).toString('latin1'));
	fc.assert(
		fc.property(
			fc.oneof(
				bytes,
				mixed.map((parts) => parts.join('')),
			),
			(given) => {
				const text = escapeText(given);
				expect(text).toMatch(/^[ -~]*$/);
				expect(unescapeText(text)).toBe(given);
			},
		),
		{ numRuns: 1000 },
	);
});

test('what is no escape stands for itself', () => {
	for (const text of ['\\', '\\n', '\\u{}', '\\u{110000}', '\\x{100}', '\\u0041', 'a\\']) {
		expect(unescapeText(text), text).toBe(text);
	}
});

test('a character that is no byte is escaped as the character', () => {
	expect(escapeText('…')).toBe('\\u{2026}');
});
