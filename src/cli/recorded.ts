import { parseTime } from '../base/clock.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Connection } from '../client/connection.ts';
import type { Event, EventType } from '../events/event.ts';
import { parseArgs } from '../protocol/args.ts';
import { Known } from './known.ts';
import { labelsOf } from './labels.ts';

/** What a daemon has recorded, and what it knows of processes. */
export type Recorded = {
	readonly events: readonly Event[];
	/** How many numbers the journal has no longer, of those that were asked for. */
	readonly lost: number;
	readonly known: Known;
};

/** Asks a daemon; `since` as in the request `Events`. Rejects when the connection ends. */
export async function askRecorded(connection: Connection, since: string): Promise<Recorded | Refusal> {
	const replies = [['Events', `since=${since}`], ['Status'], ['Config']].map((it) => connection.call(it));
	const [events, status, config] = await Promise.all(replies);
	for (const reply of [events, status, config]) {
		if (reply?.final.tag !== 'ok') {
			return refuse(reply?.final.tag === 'error' ? reply.final.reason : 'what answers there is no archond');
		}
	}
	const gaps = events?.others.map(([, first, last]) => Number(last) - Number(first) + 1) ?? [];
	return {
		events: events?.rows.flatMap((row) => eventOf(row) ?? []) ?? [],
		lost: gaps.reduce((sum, one) => sum + one, 0),
		known: new Known(status?.rows ?? [], labelsOf(config?.rows ?? []), Date.now()),
	};
}

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
