import { compileGlob, isGlob } from '../base/glob.ts';
import { shown } from '../base/shown.ts';
import { eventTypes, familyOf, isCustomType } from './event.ts';

/**
 * What is wrong with a type, or a glob of types, that somebody asks for; undefined: nothing. One that matches no type of
 * archon's own is taken only where it cannot be meant to: its first word, as far as the first dot, is that of none.
 */
export function wrongTypeGlob(glob: string): string | undefined {
	if (eventTypes.some(compileGlob(glob)) || isElsewhere(glob)) {
		return undefined;
	}
	return `no event type matches ${shown(glob)}; ${likeTypes(glob)}`;
}

function isElsewhere(glob: string): boolean {
	if (!isGlob(glob)) {
		return isCustomType(glob);
	}
	const family = familyOf(glob);
	return family !== glob && /[A-Za-z]/.test(family) && !eventTypes.map(familyOf).some(compileGlob(family));
}

/** The types of the family that a wrong one names, or else the families. */
function likeTypes(wrong: string): string {
	const same = eventTypes.filter((type) => wrong.includes('.') && familyOf(type) === familyOf(wrong));
	if (same.length > 0) {
		return `known are ${same.join(', ')}`;
	}
	const families = eventTypes.map((type) => (type.includes('.') ? `${familyOf(type)}.*` : type));
	return `known are ${[...new Set(families)].join(', ')}, and word.word for what rules emit`;
}
