/** Beyond it a copy in one go is faster than one byte after the other. */
const short = 64;

/** A text (latin1, a character per byte) as a string of Lua. */
export function bytesOf(text: string): Uint8Array {
	if (text.length > short) {
		return Buffer.from(text, 'latin1');
	}
	const bytes = new Uint8Array(text.length);
	for (let at = 0; at < text.length; at++) {
		bytes[at] = text.charCodeAt(at);
	}
	return bytes;
}

/** A string of Lua as a text. */
export function textOf(bytes: Uint8Array): string {
	return Buffer.prototype.latin1Slice.call(bytes, 0, bytes.length);
}
