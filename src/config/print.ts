/** A value in TOML's own terms, strings latin1. */
export type Toml = string | number | boolean | readonly Toml[];

/** A value as TOML writes it, on one line. The bytes of a string have to be UTF-8. */
export function printToml(value: Toml): string {
	if (typeof value === 'string') {
		return printString(value);
	}
	return Array.isArray(value) ? `[${value.map(printToml).join(', ')}]` : String(value);
}

/** A key: bare where it can be. */
export function printKey(key: string): string {
	return /^[A-Za-z0-9_-]+$/.test(key) ? key : printString(key);
}

/** A value as `Config` shows it: a string without quotes. */
export function showToml(value: Toml): string {
	return typeof value === 'string' ? value : printToml(value);
}

function printString(text: string): string {
	// Quote, backslash and control characters: printable ASCII but those two, and what is beyond, stand as they are.
	return `"${text.replace(/[^ !#-[\]-~\x80-\uffff]/g, escaped)}"`;
}

function escaped(char: string): string {
	return char === '"' || char === '\\'
		? `\\${char}`
		: `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
