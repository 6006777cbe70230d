import { compileGlob, isGlob } from '../base/glob.ts';
import { nearest } from '../base/nearest.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { type CustomType, eventTypes } from '../events/event.ts';

const word = '[A-Za-z][A-Za-z0-9_-]{0,63}';
const twoWords = new RegExp(`^${word}\\.${word}$`);
const globOfTypes = /^[A-Za-z0-9_.*?[\]!-]{1,256}$/;
const families = new Set(eventTypes.map(familyOf));
const known: ReadonlySet<string> = new Set(eventTypes);

/**
 * What `on` of a rule may say: a type of archon's own, a glob of them, `word.word` of a family that is not archon's.
 * Refused with what was probably meant.
 */
export function checkOn(type: string): Refusal | undefined {
	if (known.has(type)) {
		return undefined;
	}
	if (isGlob(type)) {
		return checkGlob(type);
	}
	if (twoWords.test(type) && !families.has(familyOf(type))) {
		return undefined;
	}
	return refuse(`${shown(type)} is no event type${meant(type)}`);
}

/** The type of an event that a rule may emit: `word.word` of a family that is not archon's. */
export function checkEmitted(type: string): CustomType | Refusal {
	if (families.has(familyOf(type))) {
		return refuse(
			`${shown(type)}: events of the family "${familyOf(type)}" are archon's own; emit a type of another family`,
		);
	}
	return twoWords.test(type)
		? (type as CustomType)
		: refuse(`${shown(type)} is no type of an event; write two words with a point between, "pager.sent"`);
}

function checkGlob(glob: string): Refusal | undefined {
	if (!globOfTypes.test(glob)) {
		return refuse(`${shown(glob)} is no glob of event types; it has letters, "." and *, ?, [a-z] or [!a-z]`);
	}
	if (/\[[^\]]*$/.test(glob)) {
		return refuse(`${shown(glob)} has a "[" that nothing closes`);
	}
	const family = familyOf(glob);
	if (isGlob(family) || !families.has(family) || eventTypes.some(compileGlob(glob))) {
		return undefined;
	}
	return refuse(`${shown(glob)} matches no event type${meant(glob)}`);
}

function familyOf(type: string): string {
	const point = type.indexOf('.');
	return point < 0 ? type : type.slice(0, point);
}

function meant(type: string): string {
	const suffix = eventTypes.find((one) => !type.includes('.') && one.endsWith(`.${type}`));
	const near = suffix ?? nearest(type, eventTypes);
	if (near !== undefined) {
		return ` (did you mean "${near}"?)`;
	}
	const family = eventTypes.filter((one) => one.startsWith(`${familyOf(type)}.`));
	return family.length > 0
		? `; known are ${family.join(', ')}`
		: '; archon has "process.exited" and so on, one of your own is two words, "pager.sent"';
}
