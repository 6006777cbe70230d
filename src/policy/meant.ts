import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Event } from '../events/event.ts';
import type { Entry } from '../supervisor/entry.ts';
import type { Table } from '../supervisor/table.ts';

/**
 * The processes that an action is for: those of its name or glob, as in a request, or without one the process of the
 * event.
 */
export function meant(
	table: Pick<Table, 'get' | 'meant'>,
	name: string | undefined,
	event: Event,
): readonly Entry[] | Refusal {
	if (name !== undefined) {
		return table.meant(name);
	}
	const found = nameOf(event);
	if (isRefusal(found)) {
		return found;
	}
	const entry = table.get(found);
	if (entry === undefined) {
		return table.meant(found);
	}
	return isOf(event, entry)
		? [entry]
		: refuse(`the process of this ${event.type} is not the one that archon calls "${found}": give a name`);
}

/** The name of the process that an event is about. */
export function nameOf(event: Event): string | Refusal {
	return event.name === '-' ? refuse(`${event.type} is about no process: give a name`) : event.name;
}

/** The value of a field of an event. */
export function fieldOf(event: Event, key: string): string | undefined {
	const text = event.fields.find((it) => it.startsWith(`${key}=`));
	return text?.slice(key.length + 1);
}

/** The number of the start that an event is about. */
export function startOf(event: Event): number | undefined {
	const text = fieldOf(event, 'start');
	return text === undefined ? undefined : Number(text);
}

/**
 * Processes that archon did not start come and go as well, by the name of their program, which one of archon's may have
 * too: those carry no number of a start.
 */
function isOf(event: Event, entry: Entry): boolean {
	const isStranger =
		event.type === 'process.spawned' ||
		(event.type === 'process.exited' && fieldOf(event, 'start') === undefined);
	return !isStranger || (entry.kind === 'foreign' && event.type === 'process.exited');
}
