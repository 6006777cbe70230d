import type { EventType } from '../events/event.ts';
import type { Filter, Globs } from '../events/filter.ts';
import { askedFor } from '../events/opt-in.ts';
import type { Condition } from './condition.ts';

/** Somebody asks for events of an opt-in type: a rule, by its conditions, or a subscriber, by its filter. */
export type Want = {
	readonly type: EventType;
	readonly when: Condition;
	readonly except: Condition;
};

/** The opt-in types that a subscriber asks for with its filter: those that `types=` names, of the names it lets through. */
export function wantsOfFilter({ types, names, exclude }: Filter): readonly Want[] {
	return askedFor(types?.written ?? [])
		.filter((type) => exclude?.matches(type) !== true)
		.map((type) => ({ type, when: nameIn(names), except: nameIn(exclude) }));
}

function nameIn(globs: Globs | undefined): Condition {
	return globs === undefined
		? {}
		: { name: { is: 'any', of: globs.written.map((glob) => ({ is: 'glob', glob })) } };
}
