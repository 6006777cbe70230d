/**
 * A value of the file with the line it begins on. Strings and keys are latin1, a character per byte; a date, which no
 * key wants, stays what the parser made of it.
 */
export type Node = { readonly line: number; readonly value: Value };
export type Value = string | number | boolean | Date | readonly Node[] | Table;
export type Table = ReadonlyMap<string, Node>;

/** Tells a table from the other values. */
export function isTable(value: Value): value is Table {
	return value instanceof Map;
}

/** Tells a list from the other values. */
export function isList(value: Value): value is readonly Node[] {
	return Array.isArray(value);
}

/** A value as a mistake names it: `the number 5`, `a list`. */
export function kindOf(value: Value): string {
	switch (typeof value) {
		case 'string':
			return 'a string';
		case 'number':
			return `the number ${value}`;
		case 'boolean':
			return String(value);
		default:
			return isList(value) ? 'a list' : isTable(value) ? 'a table' : 'a date';
	}
}
