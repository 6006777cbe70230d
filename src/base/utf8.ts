/**
 * The character whose UTF-8 bytes begin at `at` in a latin1 string (one char per byte), or -1 where these
 * bytes are not UTF-8: a stray or missing continuation, an overlong form, a surrogate, beyond U+10FFFF (RFC
 * 3629, section 4).
 */
export function characterAt(bytes: string, at: number): number {
	const lead = bytes.charCodeAt(at);
	if (lead < 0x80) {
		return lead;
	}
	const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) {
		return -1;
	}
	let code = lead & (0x7f >> length);
	for (let next = at + 1; next < at + length; next++) {
		const byte = bytes.charCodeAt(next);
		if (byte >> 6 !== 0b10) {
			return -1;
		}
		code = (code << 6) | (byte & 0x3f);
	}
	const surrogate = code >= 0xd800 && code <= 0xdfff;
	return bytesOf(code) !== length || surrogate || code > 0x10ffff ? -1 : code;
}

/** How many bytes UTF-8 takes for a character. */
export function bytesOf(code: number): number {
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
