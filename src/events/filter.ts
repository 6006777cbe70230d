import { compileGlob } from '../base/glob.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { type Event, type EventType, eventTypes, isKnownType } from './event.ts';
import { wrongTypeGlob } from './type-glob.ts';

/** Globs, as they were written and as one test of a text. */
export type Globs = { readonly written: readonly string[]; matches(text: string): boolean };

/** Which events someone wants; undefined: no such condition. */
export type Filter = {
	/** Only these types, archon's own and what rules emit. */
	readonly types: Globs | undefined;
	/** Only events whose name matches one of these. */
	readonly names: Globs | undefined;
	/** Not those whose type or whose name matches one of these. */
	readonly exclude: Globs | undefined;
};

export const filterKeys = ['types', 'names', 'exclude', 'since'] as const;

export type FilterKey = (typeof filterKeys)[number];

/**
 * Reads the `key=value` fields of a request, of which it knows `keys`. `since` comes back as it stands. Refused: an
 * unknown key, one given twice, one without a value, a glob in `types` that matches no type there is and cannot be meant
 * for what rules emit.
 */
export function parseFilter(
	fields: readonly string[],
	keys: readonly FilterKey[] = filterKeys,
): { readonly filter: Filter; readonly since: string | undefined } | Refusal {
	const given = new Map<string, string>();
	for (const field of fields) {
		const reason = add(given, field, keys);
		if (reason !== undefined) {
			return refuse(reason);
		}
	}
	const lists = new Map<string, string[]>();
	for (const [key, value] of given) {
		lists.set(key, key === 'since' ? [] : value.split(';'));
		if (lists.get(key)?.includes('')) {
			return refuse(`${shown(`${key}=${value}`)} holds an empty glob`);
		}
	}
	const types = lists.get('types');
	const wrong = types?.map(wrongTypeGlob).find((reason) => reason !== undefined);
	if (wrong !== undefined) {
		return refuse(wrong);
	}
	const filter: Filter = {
		types: types && typesOf(types),
		names: globsOf(lists.get('names')),
		exclude: globsOf(lists.get('exclude')),
	};
	return { filter, since: given.get('since') };
}

export function accepts(filter: Filter, event: Event): boolean {
	const { types, names, exclude } = filter;
	return (
		(types === undefined || types.matches(event.type)) &&
		(names === undefined || names.matches(event.name)) &&
		(exclude === undefined || !(exclude.matches(event.type) || exclude.matches(event.name)))
	);
}

function globsOf(written: readonly string[] | undefined): Globs | undefined {
	const globs = written?.map((glob) => compileGlob(glob));
	return written && globs && { written, matches: (text) => globs.some((matches) => matches(text)) };
}

/** The types of archon's own, which most events are of, are looked up. */
function typesOf(written: readonly string[]): Globs {
	const globs = written.map((glob) => compileGlob(glob));
	const matches = (type: string) => globs.some((one) => one(type));
	const own: ReadonlySet<EventType> = new Set(eventTypes.filter(matches));
	return { written, matches: (type) => (isKnownType(type) ? own.has(type) : matches(type)) };
}

function add(given: Map<string, string>, field: string, keys: readonly FilterKey[]): string | undefined {
	const known = keys.map((key) => `${key}=`).join(', ');
	const equals = field.indexOf('=');
	if (equals < 0) {
		return `${shown(field)} is not key=value; known are ${known}`;
	}
	const key = field.slice(0, equals);
	if (!keys.some((one) => one === key)) {
		return `unknown key ${shown(key)}; known are ${known}`;
	}
	if (given.has(key)) {
		const remedy = key === 'since' ? '' : ' several globs go into one, with ";" between them;';
		return `"${key}=" is given twice;${remedy} known are ${known}`;
	}
	if (equals === field.length - 1) {
		return `"${key}=" has no value; known are ${known}`;
	}
	given.set(key, field.slice(equals + 1));
	return undefined;
}
