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
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these TOML wants escaped
	return `"${text.replace(/[\0-\x1f"\\\x7f]/g, escaped)}"`;
}

function escaped(char: string): string {
	return char === '"' || char === '\\'
		? `\\${char}`
		: `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
