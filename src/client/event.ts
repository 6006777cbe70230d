import type { KnownType } from '../events/event.ts';
import { said } from './said.ts';
import { textOf } from './text.ts';

/** What events of any type may say. */
const saidByAll = { pid: 'number', start: 'number', cause: 'number' } as const;

const forAll = Object.entries<Kind>(saidByAll);
const keysOf = new Map(
	Object.entries<Keys>(said).map(([type, own]) => [type, [...forAll, ...Object.entries(own)]]),
);

type Kind = 'number' | 'text';
type Keys = { readonly [key: string]: Kind };
type Values<K extends Keys> = { readonly [key in keyof K]?: K[key] extends 'number' ? number : string };
type Said<T> = T extends keyof typeof said ? Values<(typeof said)[T]> : unknown;
type OfProcess = `process.${string}` | `group.${string}`;

/** What every event has; `name` is null where it is about the daemon itself. */
export interface AnyEvent<T extends string, N extends string | null = string | null> {
	/** The number: it grows by one with each event and never repeats, also across restarts of the daemon. */
	readonly seq: number;
	readonly time: Date;
	readonly type: T;
	/** Whom it is about. */
	readonly name: N;
	readonly pid?: number;
	/** The number of this start of the process, never used twice. */
	readonly start?: number;
	/** The number of the event that caused this one. */
	readonly cause?: number;
	/** All that the event says, `key=value`, as text. */
	readonly fields: { readonly [key: string]: string };
}

/** An event of one of archon's own types. */
export type EventOf<T extends KnownType> = T extends KnownType
	? AnyEvent<T, T extends OfProcess ? string : string | null> & Said<T>
	: never;

/** Any event of archon's own types, told apart by `type`. */
export type Event = EventOf<KnownType>;

/** The numbers, both ends included, of events that the journal has no longer, in their place. */
export interface Gap {
	readonly type: 'gap';
	readonly first: number;
	readonly last: number;
}

/** The events that a type of a filter, a name or a glob, lets through; `word.word` of other families is what rules emit. */
export type EventFor<T extends string> = string extends T
	? Event
	: T extends `${infer Before}*${infer After}`
		? ByPattern<`${Before}${string}${After}`>
		: T extends `${string}${'?' | '['}${string}`
			? Event
			: T extends KnownType
				? EventOf<T>
				: AnyEvent<T>;

type ByPattern<P extends string> = [Extract<KnownType, P>] extends [never]
	? AnyEvent<P>
	: EventOf<Extract<KnownType, P>>;

/** The event of a record `Event,<seq>,<time>,<type>,<name>,<key=value>…`, or of a row of `Events`; bytes, unescaped. */
export function readEvent<E extends AnyEvent<string>>(
	[seq = '', time = '', type = '', name = '']: readonly string[],
	settings: readonly string[],
): E {
	const fields: { [key: string]: string } = {};
	for (const setting of settings) {
		const equals = setting.indexOf('=');
		fields[textOf(equals < 0 ? setting : setting.slice(0, equals))] = textOf(
			equals < 0 ? '' : setting.slice(equals + 1),
		);
	}
	const event: { [key: string]: unknown } = {
		seq: Number(seq),
		time: new Date(time),
		type: textOf(type),
		name: name === '-' ? null : textOf(name),
	};
	for (const [key, kind] of keysOf.get(type) ?? forAll) {
		const value = fields[key];
		if (value !== undefined) {
			event[key] = kind === 'number' ? Number(value) : value;
		}
	}
	event['fields'] = fields;
	return event as unknown as E;
}

/** The gap of a record `Gap,<first>,<last>`. */
export function readGap([first, last]: readonly string[]): Gap {
	return { type: 'gap', first: Number(first), last: Number(last) };
}
