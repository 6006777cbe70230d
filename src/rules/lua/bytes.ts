/** Keys come again and again; beyond this many they are made anew. */
const mostKeys = 1000;
const keys = new Map<string, Uint8Array>();

/** A text (latin1, a character per byte) as a string of Lua. */
export function bytesOf(text: string): Uint8Array {
	return Buffer.from(text, 'latin1');
}

/** The same for a text that comes often. */
export function keyBytes(text: string): Uint8Array {
	const known = keys.get(text);
	if (known !== undefined) {
		return known;
	}
	const bytes = bytesOf(text);
	if (keys.size < mostKeys) {
		keys.set(text, bytes);
	}
	return bytes;
}

/** A string of Lua as a text. */
export function textOf(bytes: Uint8Array): string {
	return Buffer.prototype.latin1Slice.call(bytes, 0, bytes.length);
}
