import type { KnownType } from './event.ts';

/** What the value of a field is: `bytes`, `ms` (milliseconds) and `percent` are numbers, a `duration` is written `1.5s`. */
export type FieldKind = 'number' | 'bytes' | 'ms' | 'percent' | 'duration' | 'text';

/** What the value is, and what it means in one line. */
export type Field = readonly [kind: FieldKind, means: string];

const main = {
	pid: ['number', 'its main process, where it has one'],
	start: ['number', 'the number of this start, never used twice'],
} as const;

/** Of a process that archon did not start. */
const stranger = {
	ppid: ['number', 'the parent of one that archon did not start'],
	uid: ['number', 'the user whom one that archon did not start acts as'],
	exe: ['text', 'the program of one that archon did not start'],
	command: ['text', 'the arguments of one that archon did not start, a blank apart, their first 256 bytes'],
} as const;

const members = {
	up: ['number', 'how many of its members are up'],
	down: ['number', 'how many of its members are down'],
} as const;

const pressure = {
	some: ['percent', 'of the last 10 s in which some process waited for it'],
	full: ['percent', 'of the last 10 s in which all processes waited for it'],
} as const;

const daemon = {
	version: ['text', 'the version of archon'],
	mode: ['text', '`safe`: no rules act until the next `Reload`, for it had failed again and again'],
} as const;

const asked = {
	request: ['text', 'the request, as `Stop`; the name is what it is for'],
	uid: ['number', 'the user who asks'],
} as const;

const rule = {
	file: ['text', 'the file of the rule'],
	rule: ['text', 'the sentence of the rule'],
} as const;

/** Archon has no such event of a group. */
const untold = {} as const;

/**
 * The fields that an event of each type may carry. Whoever tells of something can add no other (FieldOf), a rule can test
 * no other, and the pages of the events are made of this.
 */
export const fields = {
	'process.starting': {
		...main,
		reason: ['text', '`reloading`: it runs, and is not ready until it says so again'],
	},
	'process.started': main,
	'process.ready': main,
	'process.exited': {
		...main,
		exit: ['number', 'its exit code, where it ended by itself'],
		signal: ['text', 'the signal that ended it, as `TERM`'],
		status: ['text', '`unknown`: nobody can tell how it ended'],
		...stranger,
	},
	'process.stopping': main,
	'process.stopped': main,
	'process.backoff': { ...main, delay: ['duration', 'how long until it is started again'] },
	'process.failed': { ...main, reason: ['text', 'why it gave up, and what was the last failure'] },
	'process.paused': main,
	'process.resumed': main,
	'process.degraded': { ...main, reason: ['text', 'why it is not healthy'] },
	'process.recovered': main,
	'process.replaced': {
		...main,
		old: ['number', 'the process before, which is asked to end'],
		old_start: ['number', 'the number of the start before'],
	},
	'process.kept': { ...main, reason: ['text', 'why the new process did not become ready'] },
	'process.monitored': main,
	'process.sample': {
		...main,
		processes: ['number', 'how many it is together with what it started'],
		rss: ['bytes', 'their memory'],
		cpu: ['percent', 'of a core, since the sample before'],
		fds: ['number', 'their descriptors'],
		restarts: ['number', 'how often archon has started it again since it was started by request'],
	},
	'process.spawned': { pid: ['number', 'the process'], ...stranger },
	'process.output': {
		stream: ['text', '`stdout` or `stderr`'],
		line: ['text', 'the line, its first KiB'],
		cut: ['number', 'how many bytes a longer line has'],
		reason: ['text', 'why not all lines are told'],
	},
	'group.starting': members,
	'group.started': untold,
	'group.ready': members,
	'group.exited': untold,
	'group.stopping': members,
	'group.stopped': members,
	'group.backoff': untold,
	'group.failed': { reason: ['text', 'why it gave up, and what was the last failure'] },
	'group.paused': untold,
	'group.resumed': untold,
	'group.degraded': untold,
	'group.recovered': untold,
	'group.replaced': untold,
	'group.kept': untold,
	'group.monitored': untold,
	'group.sample': untold,
	'group.spawned': untold,
	'group.output': untold,
	'daemon.started': daemon,
	'daemon.recovered': daemon,
	'daemon.stopping': { reason: ['text', 'why it ends, where nobody asked with `Shutdown`'] },
	'rule.fired': {
		...rule,
		act: ['text', 'what it asked for, as `stop;log`'],
		because: ['text', 'why, where the rule says so'],
	},
	'rule.error': {
		...rule,
		line: ['number', 'the line of the mistake'],
		reason: ['text', 'what is wrong'],
	},
	'file.changed': {
		path: ['text', 'the file'],
		what: ['text', '`created`, `changed` or `removed`'],
	},
	'library.replaced': {
		pid: ['number', 'the process that runs on it, of the tree of that name'],
		start: main.start,
		path: ['text', 'the file that was replaced'],
	},
	'pressure.cpu': pressure,
	'pressure.memory': pressure,
	'pressure.io': pressure,
	'oom.killed': {
		pid: ['number', 'the process that was killed'],
		comm: ['text', 'the name of its program, as the kernel says it'],
	},
	timer: {
		...rule,
		reason: ['text', 'why a service that was due was not started'],
	},
	'config.reloaded': {
		start: ['number', 'how many were started'],
		stop: ['number', 'how many were stopped'],
		restart: ['number', 'how many were restarted'],
		change: ['number', 'how many were changed as they run'],
		later: ['number', 'how many wait for the next start of archon'],
	},
	'bind.requested': {
		pid: ['number', 'the process that asks'],
		address: ['text', 'the socket it asks for, as `tcp:0.0.0.0:80`'],
		uid: asked.uid,
	},
	'request.received': asked,
	'request.handled': {
		...asked,
		result: ['text', '`ok` or `error`'],
		reason: ['text', 'what the `Error` says'],
		ms: ['ms', 'how long it took'],
	},
} as const satisfies Readonly<Record<KnownType, Readonly<Record<string, Field>>>>;

/** What an event of any type may carry. */
export const fieldsOfAll = {
	cause: ['number', 'the number of the event that caused it'],
} as const satisfies Readonly<Record<string, Field>>;

type Name<T extends KnownType> = (keyof (typeof fields)[T] & string) | keyof typeof fieldsOfAll;

/** A `key=value` that an event of that type may carry; of several types: that each of them may. */
export type FieldOf<T extends KnownType> = `${Name<T>}=${string}`;

/** How an event is told. */
export type Tell = <T extends KnownType>(type: T, name: string, fields: readonly FieldOf<T>[]) => void;

/** Those of a recorded event, which an older archon may have told, that one of its type may carry. */
export function fieldsIn<T extends KnownType>(type: T, given: readonly string[]): FieldOf<T>[] {
	const names = [...fieldNames(type), ...Object.keys(fieldsOfAll)];
	return given.filter((field): field is FieldOf<T> => names.includes(field.slice(0, field.indexOf('='))));
}

/** The names of the fields that an event of that type may carry, without those of all. */
export function fieldNames(type: KnownType): readonly string[] {
	return Object.keys(fields[type]);
}
