import { compileGlob, isGlob } from '../base/glob.ts';
import { eventTypes, type KnownType } from './event.ts';

/** Types that there are events of only while somebody asks for them. */
export const optInTypes: readonly KnownType[] = [
	'process.sample',
	'process.spawned',
	'process.output',
	'file.changed',
	'library.replaced',
	'pressure.cpu',
	'pressure.memory',
	'pressure.io',
	'oom.killed',
	'request.received',
	'request.handled',
	'bind.requested',
];

/**
 * The opt-in types that somebody asks for who names these types and globs: each that is among them as it stands, and
 * those of a glob that matches no other type of archon's own. `*` sees them when they happen and asks for none.
 */
export function askedFor(globs: readonly string[]): readonly KnownType[] {
	const asked = new Set(globs.flatMap(askedByOne));
	return asked.size === 0 ? [] : optInTypes.filter((type) => asked.has(type));
}

/** What was found lately: ten thousand rules are looked at anew with each file that changes. */
const found = new Map<string, readonly KnownType[]>();
const mostFound = 1000;

function askedByOne(glob: string): readonly KnownType[] {
	const known = found.get(glob);
	if (known !== undefined) {
		return known;
	}
	if (found.size >= mostFound) {
		found.clear();
	}
	const types = lookFor(glob);
	found.set(glob, types);
	return types;
}

function lookFor(glob: string): readonly KnownType[] {
	const types = isGlob(glob)
		? eventTypes.filter(compileGlob(glob))
		: optInTypes.filter((type) => type === glob);
	return types.every((type) => optInTypes.includes(type)) ? types : [];
}
