import { formatDuration } from '../base/duration.ts';

/** What a field may be: a string, sent as UTF-8, or bytes, sent as they are. */
export type Text = string | Uint8Array;

/** Milliseconds, or as archon writes it: `200ms`, `5s`, `2m`, `1h`. */
export type Duration = number | string;

/** A field as bytes, one char per byte. Throws a TypeError for what no field can hold. */
export function bytesOf(text: Text): string {
	if (typeof text !== 'string' && !(text instanceof Uint8Array)) {
		throw new TypeError(`a field is a string or a Uint8Array, not ${text === null ? 'null' : typeof text}`);
	}
	const bytes = Buffer.from(text as string).toString('latin1');
	if (bytes.includes('\0')) {
		throw new TypeError(`a field cannot hold a NUL: ${JSON.stringify(textOf(bytes))}`);
	}
	return bytes;
}

/** The text of a value of a reply (one char per byte); what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: string): string {
	return ascii.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString();
}

const ascii = /^[ -~]*$/;

/** As the wire has it. Throws a TypeError for a number that is no time to wait. */
export function durationText(duration: Duration): string {
	if (typeof duration === 'string') {
		return duration;
	}
	if (!(duration >= 0 && Number.isFinite(duration))) {
		throw new TypeError(`${duration} is no duration: a number is milliseconds, 0 or more`);
	}
	return formatDuration(duration);
}
