import { isoTime } from '../base/clock.ts';
import { formatRecord } from '../protocol/record.ts';

/** What can happen to a process, and likewise to a group. */
const verbs = [
	'starting',
	'started',
	'ready',
	'exited',
	'stopping',
	'stopped',
	'backoff',
	'failed',
	'paused',
	'resumed',
	'degraded',
	'recovered',
	'replaced',
	'kept',
	'monitored',
	'sample',
	'spawned',
	'output',
] as const;

const others = [
	'daemon.started',
	'daemon.recovered',
	'daemon.stopping',
	'rule.fired',
	'rule.error',
	'file.changed',
	'library.replaced',
	'pressure.cpu',
	'pressure.memory',
	'pressure.io',
	'oom.killed',
	'timer',
	'config.reloaded',
	'bind.requested',
	'request.received',
	'request.handled',
] as const;

type Verb = (typeof verbs)[number];

/** The types that archon itself gives out. */
export type KnownType = `process.${Verb}` | `group.${Verb}` | (typeof others)[number];

/** `word.word` of another family, which a rule has emitted; see isCustomType. */
export type CustomType = `${string}.${string}` & { readonly [isCustom]: true };

declare const isCustom: unique symbol;

/** One of archon's own, or one that a rule has emitted. */
export type EventType = KnownType | `${string}.${string}`;

/** Every type of archon's own. */
export const eventTypes: readonly KnownType[] = [
	...verbs.map((verb) => `process.${verb}` as const),
	...verbs.map((verb) => `group.${verb}` as const),
	...others,
];

const known: ReadonlySet<string> = new Set(eventTypes);
const families: ReadonlySet<string> = new Set(eventTypes.map(familyOf));
const customType = /^[A-Za-z][A-Za-z0-9_-]{0,63}\.[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Whether a type is one of archon's own. */
export function isKnownType(type: string): type is KnownType {
	return known.has(type);
}

/**
 * Whether a text may be the type of an event that a rule emits: two words of letters, digits, `_` and `-`, 64
 * characters each at most and a letter first, of which the first is not that of a type of archon's own.
 */
export function isCustomType(text: string): text is CustomType {
	return customType.test(text) && !families.has(familyOf(text));
}

/** The first word of a type, or of a glob of types: `process`. */
export function familyOf(type: string): string {
	const dot = type.indexOf('.');
	return dot < 0 ? type : type.slice(0, dot);
}

/**
 * One thing that happened. `seq` is its number, `time` milliseconds since 1970, `name` whom it is about (`-`: the
 * daemon itself), `fields` are ready `key=value` texts; all strings are binary strings, one char per byte.
 */
export type Event = {
	readonly seq: number;
	readonly time: number;
	readonly type: EventType;
	readonly name: string;
	readonly fields: readonly string[];
};

/** Numbers, both ends included, that the journal does not have, or not any more. */
export type Gap = { readonly first: number; readonly last: number };

export function isGap(x: Event | Gap): x is Gap {
	return 'first' in x;
}

let latest: Event | undefined;
let latestRecord = '';

/** The event as it goes over the wire and into the journal, line break included. */
export function eventRecord(event: Event): string {
	// The journal and then every subscriber ask for the same event in turn.
	if (event !== latest) {
		const rest = formatRecord(event.fields.length === 0 ? [event.name] : [event.name, ...event.fields]);
		latestRecord = `Event,${event.seq},${isoTime(event.time)},${event.type},${rest}\n`;
		latest = event;
	}
	return latestRecord;
}

/** For an event that was just read: the record it was read from is the one to be sent. */
export function readFrom(event: Event, record: string): void {
	latest = event;
	latestRecord = record;
}

/** The gap as it goes over the wire, line break included. */
export function gapRecord(gap: Gap): string {
	return `Gap,${gap.first},${gap.last}\n`;
}
