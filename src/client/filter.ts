import { bytesOf } from './text.ts';

/** Which events are wanted; several conditions hold all at once, several globs mean any of them. */
export interface EventFilter<T extends string = string> {
	/** Globs of types: `process.exited`, `process.*`. */
	readonly types?: T | readonly T[] | undefined;
	/** Globs of names. */
	readonly names?: string | readonly string[] | undefined;
	/** Globs of types or names: what matches one is left out. */
	readonly exclude?: string | readonly string[] | undefined;
}

/** The `key=value` fields of a request. Throws a TypeError for a glob that cannot be said. */
export function filterFields(filter: EventFilter): string[] {
	return filterKeys.flatMap((key) => {
		const given = filter[key];
		return given === undefined ? [] : [`${key}=${globs(key, given)}`];
	});
}

export const filterKeys = ['types', 'names', 'exclude'] as const;

/** Throws a TypeError for an option that is not known: `type` would be everything. */
export function onlyKnown(options: object, known: readonly string[]): void {
	const unknown = Object.keys(options).find((key) => !known.includes(key));
	if (unknown !== undefined) {
		throw new TypeError(`there is no option ${unknown}; known are ${known.join(', ')}`);
	}
}

function globs(key: string, given: string | readonly string[]): string {
	const list = typeof given === 'string' ? [given] : given;
	const all = Array.isArray(list) ? list.map(bytesOf) : [];
	const wrong = all.find((glob) => glob === '' || (typeof given !== 'string' && glob.includes(';')));
	if (all.length === 0 || wrong !== undefined) {
		throw new TypeError(`${key} is a glob or a list of them, ${JSON.stringify(given)} holds none`);
	}
	return all.join(';');
}
