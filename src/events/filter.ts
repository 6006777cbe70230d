import { compileGlob } from '../base/glob.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { type Event, type EventType, eventTypes } from './event.ts';

type Glob = (text: string) => boolean;

/** Which events someone wants; undefined: no such condition. */
export type Filter = {
	/** Only these types. */
	readonly types: ReadonlySet<EventType> | undefined;
	/** With `types`, also those of other families, which rules emit, that match one of these. */
	readonly emitted: readonly Glob[];
	/** Only events whose name matches one of these. */
	readonly names: readonly Glob[] | undefined;
	/** Not those whose type or whose name matches one of these. */
	readonly exclude: readonly Glob[] | undefined;
};

export const filterKeys = ['types', 'names', 'exclude', 'since'] as const;

export type FilterKey = (typeof filterKeys)[number] | 'last';

/**
 * Reads the `key=value` fields of a request, of which it knows `keys`. `since` and `last` come back as they stand.
 * Refused: an unknown key, one given twice, one without a value, a glob that matches no type there can be.
 */
export function parseFilter(
	fields: readonly string[],
	keys: readonly FilterKey[] = filterKeys,
):
	| { readonly filter: Filter; readonly since: string | undefined; readonly last: string | undefined }
	| Refusal {
	const given = new Map<string, string>();
	for (const field of fields) {
		const reason = add(given, field, keys);
		if (reason !== undefined) {
			return refuse(reason);
		}
	}
	const lists = new Map<string, string[]>();
	for (const [key, value] of given) {
		lists.set(key, isOne(key) ? [] : value.split(';'));
		if (lists.get(key)?.includes('')) {
			return refuse(`${shown(`${key}=${value}`)} holds an empty glob`);
		}
	}
	const types = lists.get('types');
	const lost = types?.find((glob) => !mayBeEmitted(glob) && !eventTypes.some(compileGlob(glob)));
	if (lost !== undefined) {
		return refuse(`no event type matches ${shown(lost)}; ${likeTypes(lost)}`);
	}
	const globs = types?.map((glob) => compileGlob(glob));
	const filter: Filter = {
		types: globs && new Set(eventTypes.filter((type) => globs.some((matches) => matches(type)))),
		emitted: globs ?? [],
		names: lists.get('names')?.map((glob) => compileGlob(glob)),
		exclude: lists.get('exclude')?.map((glob) => compileGlob(glob)),
	};
	return { filter, since: given.get('since'), last: given.get('last') };
}

export function accepts(filter: Filter, event: Event): boolean {
	const { types, emitted, names, exclude } = filter;
	return (
		(types === undefined || types.has(event.type) || isEmitted(event.type, emitted)) &&
		(names === undefined || names.some((matches) => matches(event.name))) &&
		(exclude === undefined || !exclude.some((matches) => matches(event.type) || matches(event.name)))
	);
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
		const remedy = isOne(key) ? '' : ' several globs go into one, with ";" between them;';
		return `"${key}=" is given twice;${remedy} known are ${known}`;
	}
	if (equals === field.length - 1) {
		return `"${key}=" has no value; known are ${known}`;
	}
	given.set(key, field.slice(equals + 1));
	return undefined;
}

/** Whether that key is no list of globs. */
function isOne(key: string): boolean {
	return key === 'since' || key === 'last';
}

/** Whether a type can be meant that a rule emits: `word.word` of a family that is not archon's. */
function mayBeEmitted(glob: string): boolean {
	const [family = '', ...rest] = glob.split('.');
	return rest.length > 0 && rest.every((word) => word !== '') && !families.has(family);
}

function isEmitted(type: EventType, globs: readonly Glob[]): boolean {
	return globs.length > 0 && !known.has(type) && globs.some((matches) => matches(type));
}

const known: ReadonlySet<string> = new Set(eventTypes);
const families: ReadonlySet<string> = new Set(eventTypes.map((type) => type.split('.')[0] ?? ''));

/** The types of the family that a wrong one names, or else the families. */
function likeTypes(wrong: string): string {
	const family = wrong.slice(0, wrong.indexOf('.') + 1);
	const same = eventTypes.filter((type) => family !== '' && type.startsWith(family));
	if (same.length > 0) {
		return `known are ${same.join(', ')}`;
	}
	const families = eventTypes.map((type) =>
		type.includes('.') ? `${type.slice(0, type.indexOf('.'))}.*` : type,
	);
	return `known are ${[...new Set(families)].join(', ')}`;
}
