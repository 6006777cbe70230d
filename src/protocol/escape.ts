import { bytesOf, characterAt } from '../base/utf8.ts';

/**
 * Bytes (latin1, one char per byte) as one line of printable ASCII: `\` is `\\`, control and other
 * characters are `\u{hex}`, bytes that are not UTF-8 `\x{hex}`.
 */
export function escapeText(bytes: string): string {
	return plain.test(bytes) ? bytes : bytes.replace(others, escapeRun);
}

/** The bytes that `escapeText` was given; what is no escape stands for itself. */
export function unescapeText(text: string): string {
	return text.includes('\\') ? text.replace(escapes, bytesOfEscape) : text;
}

const plain = /^[ -[\]-~]*$/;
const others = /[^ -[\]-~]+/g;
const escapes = /\\(?:\\|u\{([0-9a-f]{1,6})\}|x\{([0-9a-f]{1,2})\})/gi;

function escapeRun(run: string): string {
	let text = '';
	for (let at = 0; at < run.length; ) {
		const wide = run.charCodeAt(at) > 0xff;
		const code = wide ? run.charCodeAt(at) : characterAt(run, at);
		if (code < 0) {
			text += `\\x{${run.charCodeAt(at).toString(16)}}`;
			at++;
		} else {
			text += code === 0x5c ? '\\\\' : `\\u{${code.toString(16)}}`;
			at += wide ? 1 : bytesOf(code);
		}
	}
	return text;
}

function bytesOfEscape(written: string, character: string | undefined, byte: string | undefined): string {
	if (byte !== undefined) {
		return String.fromCharCode(Number.parseInt(byte, 16));
	}
	if (character === undefined) {
		return '\\';
	}
	const code = Number.parseInt(character, 16);
	return code > 0x10ffff ? written : Buffer.from(String.fromCodePoint(code)).toString('latin1');
}
