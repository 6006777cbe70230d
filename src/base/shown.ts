const longest = 80;

/** Somebody's text as a reason quotes it: between double quotes, cut when it is longer than 80 bytes. */
export function shown(text: string): string {
	return text.length <= longest ? `"${text}"` : `"${text.slice(0, cutAt(text))}..."`;
}

/** Not between the bytes of one UTF-8 character. */
function cutAt(text: string): number {
	let cut = longest;
	while (cut > longest - 3 && (text.charCodeAt(cut) & 0xc0) === 0x80) {
		cut--;
	}
	return cut;
}
