import type { Event } from '../events/event.ts';
import type { ProcessView, Seen } from './rule.ts';

/** What a rule sees of any event, beyond the fields of its type: of its process, where it has one, and of itself. */
export const seenOfAll = ['type', 'name', 'seq', 'time', 'labels', 'kind', 'state'] as const;

/** Fifteen digits are exact; what begins with a zero is a word of digits. */
const number = /^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?$/;

/**
 * What a rule sees of an event (see Seen). The event's own fields come before what is known of the process, and nothing
 * before `seq`, `time`, `type` and `name`. It has no prototype: a field that is not there is undefined, whatever its name.
 */
export function seenOf(event: Event, view: ProcessView | undefined): Seen {
	const seen: { [field: string]: Seen[string] } = Object.create(null);
	const own: { [field in (typeof seenOfAll)[number]]?: Seen[string] } = seen;
	if (view !== undefined) {
		own.labels = view.labels;
		own.kind = view.kind;
		own.state = view.state;
	}
	for (const field of event.fields) {
		const equals = field.indexOf('=');
		if (equals > 0) {
			const value = field.slice(equals + 1);
			seen[field.slice(0, equals)] = number.test(value) ? Number(value) : value;
		}
	}
	own.seq = event.seq;
	own.time = event.time;
	own.type = event.type;
	own.name = event.name;
	return seen;
}

/** The number of the event that caused this one, where it says so. */
export function causeOf(event: Event): number | undefined {
	const field = event.fields.findLast((one) => one.startsWith('cause='));
	const cause = field === undefined ? Number.NaN : Number(field.slice('cause='.length));
	return Number.isSafeInteger(cause) && cause > 0 ? cause : undefined;
}
