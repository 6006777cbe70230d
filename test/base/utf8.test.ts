import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, characterAt } from '../../src/base/utf8.ts';

/** The bytes as characters, U+FFFD for each that is no UTF-8. */
function decode(bytes: string): string {
	let text = '';
	for (let at = 0; at < bytes.length; ) {
		const code = characterAt(bytes, at);
		text += code < 0 ? '\ufffd' : String.fromCodePoint(code);
		at += code < 0 ? 1 : bytesOf(code);
	}
	return text;
}

test('every character is read from its UTF-8 bytes', () => {
	const character = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }));
	fc.assert(
		fc.property(fc.array(character), (codes) => {
			const text = String.fromCodePoint(...codes);
			expect(decode(Buffer.from(text).toString('latin1'))).toBe(text);
		}),
	);
});

test('what is no UTF-8 is told: overlong, surrogates, beyond U+10FFFF, cut off, stray', () => {
	for (const bad of [
		'\xc0\x80',
		'\xe0\x80\x80',
		'\xed\xa0\x80',
		'\xf4\x90\x80\x80',
		'\xe2\x82',
		'\xf8',
		'\x80',
		'\xc3(',
	]) {
		expect(characterAt(bad, 0), bad).toBe(-1);
	}
});

test('bytes count as UTF-8 exactly where the strict decoder takes them', () => {
	const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	const bytes = fc.uint8Array({ minLength: 1, maxLength: 4 });
	const likely = fc.array(fc.constantFrom(0x80, 0xbf, 0x9f, 0xa0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0x41), {
		minLength: 1,
		maxLength: 4,
	});
	fc.assert(
		fc.property(
			fc.oneof(
				bytes,
				likely.map((list) => Uint8Array.from(list)),
			),
			(given) => {
				let expected: string | undefined;
				try {
					expected = strict.decode(given);
				} catch {}
				const decoded = decode(Buffer.from(given).toString('latin1'));
				expect(decoded.includes('\ufffd') ? undefined : decoded).toBe(
					expected?.includes('\ufffd') ? undefined : expected,
				);
			},
		),
		{ numRuns: 2000 },
	);
});
