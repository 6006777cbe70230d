/** Where something stands: a path and a line, the first is 1; 0 where the file as a whole is meant. */
export type Place = { readonly file: string; readonly line: number };

/** A mistake of the configuration. `key` is dotted (`service.web.restart`), empty where there is none. All latin1. */
export type Mistake = Place & { readonly key: string; readonly text: string };

/** Tells a result from the mistakes that kept it from being one. */
export function areMistakes<T>(result: T | readonly Mistake[]): result is readonly Mistake[] {
	return Array.isArray(result);
}

/** `FILE:LINE: service.web.restrat: unknown key`: one line of latin1, whatever a key or a path holds. */
export function formatMistake({ file, line, key, text }: Mistake): string {
	return oneLine(`${formatPlace({ file, line })}: ${key === '' ? '' : `${key}: `}${text}`);
}

/** `FILE:LINE`, or the path alone for line 0. */
export function formatPlace({ file, line }: Place): string {
	return line === 0 ? file : `${file}:${line}`;
}

/** A dotted key: parts that are no bare keys of TOML in quotes, as `service."a b".run`. */
export function joinKey(...parts: readonly string[]): string {
	return parts.map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : `"${part}"`)).join('.');
}

/** The controls of ASCII; and of latin1 in UTF-8, of which a terminal takes U+009B for the beginning of a command. */
const control = /[^\P{Cc}\x80-\x9f]|\xc2[\x80-\x9f]/gu;

/** One line of whatever somebody wrote, a binary string: a line break in it would make two. */
export function oneLine(text: string): string {
	return text.replace(control, (found) => `\\u{${found.charCodeAt(found.length - 1).toString(16)}}`);
}
