import { parseTime } from '../base/clock.ts';
import type { Event, EventType } from '../events/event.ts';
import { parseArgs } from '../protocol/args.ts';

/** The event of a row of `Events`; undefined for a row that is none. */
export function eventOf([seq = '', time = '', type = '', name = '', fields = '']: readonly string[]):
	| Event
	| undefined {
	const at = parseTime(time);
	const parsed = fields === '' ? [] : parseArgs(fields);
	return /^[0-9]+$/.test(seq) && at !== undefined && Array.isArray(parsed)
		? { seq: Number(seq), time: at, type: type as EventType, name, fields: parsed }
		: undefined;
}
