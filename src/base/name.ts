import { bytesOf, characterAt } from './utf8.ts';

const legal = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/;
const keptInBaseName = 56;

/**
 * Whether a text may be the name of a process: 1 to 64 of letters, digits and `_.@-`, the first a letter or
 * digit.
 */
export function isName(text: string): boolean {
	return legal.test(text);
}

/**
 * The name a program gives its process: its base name, every other character `_`, without leading `_.@-`,
 * 56 characters at most; `process` if none remain. `program` is latin1, one char per byte; a byte that is
 * not UTF-8 is one character.
 */
export function nameFromProgram(program: string): string {
	const base = program.replace(/\/+$/, '').replace(/^.*\//s, '');
	const name = onlyLegal(base).replace(/^[_.@-]+/, '');
	return name.slice(0, keptInBaseName) || 'process';
}

/** `base` if it is free, else `base-2`, `base-3`, ...: the lowest free number. */
export function freeName(base: string, taken: (name: string) => boolean): string {
	let name = base;
	for (let number = 2; taken(name); number++) {
		name = `${base}-${number}`;
	}
	return name;
}

function onlyLegal(bytes: string): string {
	let text = '';
	for (let at = 0; at < bytes.length; ) {
		const code = characterAt(bytes, at);
		const char = bytes.charAt(at);
		text += /[A-Za-z0-9_.@-]/.test(char) ? char : '_';
		at += code < 0 ? 1 : bytesOf(code);
	}
	return text;
}
