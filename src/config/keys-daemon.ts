import { type PortRange, plainPorts } from '../service/port-range.ts';
import type { GroupDraft } from './draft.ts';
import { type Key, keysOf } from './key.ts';
import { name } from './path.ts';
import { portRange } from './ports.ts';
import { duration, durationFrom, size } from './quantity.ts';
import { choice, flag, list, number } from './reader.ts';

/** How much the daemon says, from least to most. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What `[daemon]` says. `journal` in bytes, `sample` in milliseconds. */
export type DaemonDraft = {
	readonly logLevel: LogLevel;
	readonly failOnError: boolean;
	readonly journal: number;
	readonly sample: number;
	/** Where `ports` of a service and `AllocatePort` take from. */
	readonly ports: PortRange;
};

export const plainDaemon: DaemonDraft = {
	logLevel: 'info',
	failOnError: false,
	journal: 64 * 2 ** 20,
	sample: 5000,
	ports: plainPorts,
};

/** With less the journal would be raised to it. */
const leastJournal = 16_384;

/** Of a shorter time a process has too few clock ticks to say how busy it was. */
const leastSample = 100;

const daemon = keysOf<DaemonDraft>();

/** Every key of `[daemon]`. */
export const daemonKeys: readonly Key<DaemonDraft>[] = [
	daemon.field(
		'log_level',
		'logLevel',
		choice(...logLevels),
		'How much the daemon says: its own faults (error), failures too (warn), reloads (info), every event (debug).',
		{ change: 'in-place' },
	),
	daemon.field('fail_on_error', 'failOnError', flag, 'A failed service ends the daemon with its error.', {
		change: 'later',
	}),
	daemon.field(
		'journal',
		'journal',
		size(leastJournal),
		'What the journal may take up; the oldest events go.',
		{ change: 'later' },
	),
	daemon.field(
		'sample',
		'sample',
		durationFrom(leastSample),
		'How often process.sample is taken of the processes that a rule or a subscriber asks about; at least "100ms".',
		{ change: 'in-place' },
	),
	daemon.field(
		'ports',
		'ports',
		portRange,
		'The ports that `ports` of a service and AllocatePort take from.',
		{ change: 'later' },
	),
];

const group = keysOf<GroupDraft>();

/** Every key of a `[group.NAME]` table. */
export const groupKeys: readonly Key<GroupDraft>[] = [
	group.field('members', 'members', list(name, 'names'), 'Services or groups, in their order.', {
		change: 'in-place',
	}),
	group.field(
		'strategy',
		'strategy',
		choice('one_for_one', 'one_for_all', 'rest_for_one'),
		'Who is restarted with a member that failed: nobody, all, or those behind it.',
		{ change: 'in-place' },
	),
	group.part(
		'intensity.restarts',
		['intensity', 'restarts'],
		number(0, 1_000_000),
		'More restarts than this and the group is failed.',
		{ change: 'in-place' },
	),
	group.part('intensity.within', ['intensity', 'within'], duration, 'The time in which they are counted.', {
		change: 'in-place',
	}),
];
