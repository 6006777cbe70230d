import { compileGlob, isGlob } from '../base/glob.ts';
import { nearest } from '../base/nearest.ts';
import { shown } from '../base/shown.ts';
import { eventTypes, familyOf, isKnownType } from '../events/event.ts';
import { fieldNames, fieldsOfAll } from '../events/fields.ts';
import { seenOfAll } from './seen.ts';

const families: ReadonlySet<string> = new Set(eventTypes.map(familyOf));

/**
 * What is wrong with a field that a condition of a rule names: no event that its `on` means has such a field. Undefined:
 * nothing, which is so of any field where `on` may mean an event that a rule emits.
 */
export function checkField(field: string, on: readonly string[]): string | undefined {
	const known = fieldsOn(on);
	if (known === undefined || known.has(field)) {
		return undefined;
	}
	const near = nearest(field, known);
	const meant = near === undefined ? '' : ` (did you mean "${near}"?)`;
	return `unknown field ${shown(field)}${meant}; ${nameOf(on)} has ${[...known].join(', ')}`;
}

/** Each field that any of these types and globs may have; undefined: there is one that may have any. */
function fieldsOn(on: readonly string[]): ReadonlySet<string> | undefined {
	const own = on.map(fieldsOfOne);
	if (own.includes(undefined)) {
		return undefined;
	}
	return new Set([...own.flatMap((names) => names ?? []), ...Object.keys(fieldsOfAll), ...seenOfAll]);
}

function fieldsOfOne(type: string): readonly string[] | undefined {
	if (isKnownType(type)) {
		return fieldNames(type);
	}
	const family = familyOf(type);
	if (!isGlob(type) || isGlob(family) || !families.has(family)) {
		return undefined;
	}
	const types = eventTypes.filter(compileGlob(type));
	return types.length === 0 ? undefined : types.flatMap(fieldNames);
}

/** Many are not told one by one. */
function nameOf(on: readonly string[]): string {
	return on.length <= 3 ? on.join(' or ') : `what "on" names`;
}
