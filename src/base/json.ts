/** JSON with what that has no word for: maps and no limit. (node:v8 could write them, but to load it alone takes 15 ms.) */
export function toJson(value: unknown): string {
	return JSON.stringify(value, worded);
}

/** What `toJson` made a text of. Throws as JSON.parse does. */
export function fromJson(text: string): unknown {
	return JSON.parse(text, restored);
}

function worded(_key: string, value: unknown): unknown {
	if (value instanceof Map) {
		return { '<map>': [...value] };
	}
	return value === Number.POSITIVE_INFINITY ? { '<infinity>': true } : value;
}

function restored(_key: string, value: unknown): unknown {
	if (typeof value !== 'object' || value === null) {
		return value;
	}
	if ('<map>' in value && Array.isArray(value['<map>'])) {
		return new Map(value['<map>']);
	}
	return '<infinity>' in value ? Number.POSITIVE_INFINITY : value;
}
