import { bind } from './bind.ts';
import { check, ready } from './check.ts';
import type { Draft } from './draft.ts';
import { type Key, keysOf, type Missing } from './key.ts';
import { name, path } from './path.ts';
import { portName } from './ports.ts';
import { duration, orUnlimited, resource, size, someDuration, umask } from './quantity.ts';
import { choice, command, flag, list, maybe, number, someText, strings } from './reader.ts';
import { onDegraded, reload, signal, success } from './signals.ts';
import { socket } from './socket.ts';
import { cron, timezone } from './timer.ts';

/** A service has at most so many instances. */
export const mostInstances = 1000;

/** The resource limits of setrlimit(2) that a service can have, by their names in lower case. */
const resources = [
	'as', 'core', 'cpu', 'data', 'fsize', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio', 'rttime',
	'sigpending', 'stack',
] as const; // biome-ignore format: a list of names

const { field, part, table, key } = keysOf<Draft>();
const inPlace = { change: 'in-place' } as const;
const own = { inDefaults: false } as const;
const names = list(name, 'names');
const user = { ...someText, expected: 'the name of a user' };
const group = { ...someText, expected: 'the name of a group' };
const env = strings((it) => /^[^=\0]+$/.test(it), 'the name of a variable is not empty and has no "="');
const labels = strings((it) => it !== '' && !it.includes('\0'), 'a label has a name');

/** Every key of a `[service.NAME]` table, in the order in which they are told, printed and applied. */
export const serviceKeys: readonly Key<Draft>[] = [
	field('run', 'run', command, 'The program and its arguments; no shell is involved.', own),
	field('ready', 'ready', ready, 'When the service counts as ready.'),
	field(
		'start_timeout',
		'startTimeout',
		maybe(duration),
		'How long a start may take until it is ready; "30s" unless said, a oneshot as long as it takes.',
	),
	field('directory', 'directory', path, 'Where it runs; from the folder of the file where it is relative.'),
	table('env', 'env', env, 'Its environment.', { isSecret: true }),
	field('env_file', 'envFiles', list(path, 'paths'), 'Files of KEY=value lines; what env says wins.'),
	field(
		'before',
		'before',
		list(command, 'commands'),
		'Commands that run first, one after another; a failure fails the start.',
	),
	field('reload', 'reload', maybe(reload), 'What Refresh does: a signal, or a command as a list.', inPlace),
	field(
		'success',
		'success',
		success,
		'Exit codes and signals that are good ends as well as exit 0.',
		inPlace,
	),
	field('user', 'user', maybe(user), "Whom it runs as; the daemon's user unless said."),
	field('group', 'group', maybe(group), "The group it runs as; the user's own unless said."),
	field('umask', 'umask', umask, 'Its umask.'),
	field(
		'requires',
		'requires',
		names,
		'Starts after these are ready, stops before them, comes back with them.',
		{ ...inPlace, ...own },
	),
	field('wants', 'wants', names, 'Waits until these are ready or have failed.', { ...inPlace, ...own }),
	field('after', 'after', names, 'Starts after these where they are being started too.', {
		...inPlace,
		...own,
	}),
	field(
		'restart',
		'restart',
		choice('always', 'on-failure', 'never'),
		'After which ends it is started again.',
		inPlace,
	),
	part('backoff.from', ['backoff', 'from'], duration, 'The wait before the first restart.', inPlace),
	part(
		'backoff.factor',
		['backoff', 'factor'],
		number(0, 1000, false),
		'By what each further wait is longer.',
		inPlace,
	),
	part('backoff.to', ['backoff', 'to'], duration, 'The longest wait.', inPlace),
	part(
		'backoff.reset',
		['backoff', 'reset'],
		duration,
		'After a run longer than this the next start is at once.',
		inPlace,
	),
	part(
		'backoff.jitter',
		['backoff', 'jitter'],
		number(0, 1, false),
		'By which part a wait is longer or shorter at random.',
		inPlace,
	),
	part(
		'limit.failures',
		['limit', 'failures'],
		number(0, 1_000_000),
		'So many ends within limit.within and it is failed.',
		inPlace,
	),
	part('limit.within', ['limit', 'within'], duration, 'The time in which ends are counted.', inPlace),
	part(
		'limit.retry',
		['limit', 'retry'],
		duration,
		'When a failed one is tried again; "0s": never.',
		inPlace,
	),
	part('stop.signal', ['stop', 'signal'], signal, 'The signal that asks it to end.', inPlace),
	part('stop.timeout', ['stop', 'timeout'], duration, 'How long until it is killed.', inPlace),
	field('watchdog', 'watchdog', maybe(someDuration), 'WATCHDOG=1 has to come at least this often.', inPlace),
	part('probe.check', ['probe', 'check'], maybe(check), 'What is tried while it runs.', inPlace),
	part('probe.every', ['probe', 'every'], someDuration, 'How often.', inPlace),
	part('probe.timeout', ['probe', 'timeout'], someDuration, 'How long one may take.', inPlace),
	part(
		'probe.failures',
		['probe', 'failures'],
		number(1, 1_000_000),
		'So many in a row and it is degraded.',
		inPlace,
	),
	field('on_degraded', 'onDegraded', onDegraded, 'What follows a missed watchdog or failed probes.', inPlace),
	field(
		'sockets',
		'sockets',
		list(socket(), 'addresses'),
		'Addresses that archon binds and keeps for it: "tcp:HOST:PORT", "udp:HOST:PORT" or "unix:PATH"; an IPv6 host in brackets, ",v6only" behind "tcp:[::]:PORT" for no IPv4. "unix:@NAME" is an abstract socket of Linux, to which every user may connect. Paths are given as descriptors alone: a program that binds one itself, with bind, binds it as it would without archon. One that somebody has removed is bound again by the next start; with restart_mode = "overlap" a restart leaves it so, and it takes a Stop and a Start.',
		own,
	),
	field(
		'activate',
		'activate',
		choice('start', 'on-connect'),
		'With "on-connect" it is started by the first connection to one of its sockets; an end that leaves as many waiting as when it was started counts as a failure, however good it was.',
	),
	field(
		'bind',
		'bind',
		bind(),
		'Its programs need not know of sockets that are passed: what they bind, they get from archon. True does so by LD_PRELOAD; "seccomp", on Linux, for programs that no preload reaches (static ones, Go): as root, or with no_new_privs. A program that sets SO_REUSEPORT wants sockets of its own: what it binds must not be in sockets.',
	),
	field(
		'ports',
		'ports',
		list(portName, 'names'),
		'Ports that archon chooses from [daemon] ports, told as ARCHON_PORT (the first), ARCHON_PORT_NAME and {port} or {port.NAME} in run.',
		own,
	),
	field(
		'restart_mode',
		'restartMode',
		choice('replace', 'overlap'),
		'With "overlap" a restart by request, or because of a reload, starts the new one beside the one that runs, which is told to stop when the new one is ready; when that fails it stays. For services that stay up: one with a timer and a oneshot are replaced, and with bind = "seccomp" it is a mistake. Of services that exchange addresses in one reload one alone may overlap. Give it a ready that the program itself can tell: with "exec" the old one is told to stop at once. Of a TCP or HTTP check it has to be the new one who accepts it; a command has its pid in MAINPID.',
	),
	...resources.map((it) =>
		key(
			`limits.${it}`,
			maybe(resource),
			`RLIMIT_${it.toUpperCase()}, soft and hard; inherited unless said.`,
			{},
			(draft) => draft.limits.resources.get(it),
			(value, { limits }) =>
				value === undefined
					? {}
					: { limits: { ...limits, resources: new Map([...limits.resources, [it, value]]) } },
		),
	),
	part(
		'limits.memory',
		['limits', 'memory'],
		orUnlimited(size(), 'a size ("512MiB")', undefined),
		'Memory of all its processes.',
	),
	part(
		'limits.pids',
		['limits', 'pids'],
		orUnlimited(number(0, 2 ** 31 - 1), 'a number', undefined),
		'How many processes it may have.',
	),
	field('nice', 'nice', maybe(number(-20, 19)), 'Its niceness.'),
	field('oom_score', 'oomScore', maybe(number(-1000, 1000)), 'Its oom_score_adj.'),
	field('no_new_privs', 'noNewPrivs', flag, 'No set-user-id program gives it more rights.'),
	part('log.max', ['log', 'max'], size(1), 'The size at which its log is rotated.', inPlace),
	part(
		'log.keep',
		['log', 'keep'],
		number(1, 1000),
		'How many files of its log there are, the one in use included.',
		inPlace,
	),
	table('labels', 'labels', labels, 'Names and values of your own.', { ...inPlace, isSecret: false }),
	field(
		'instances',
		'instances',
		number(1, mostInstances),
		'How many of it run, as NAME@1, NAME@2, ... when more than one.',
	),
	field('oneshot', 'oneshot', flag, 'Its end with 0 counts as ready.'),
	field('manual', 'manual', flag, 'Not started with the daemon.', inPlace),
	part('every', ['timer', 'every'], maybe(someDuration), 'It is started this often.'),
	part('cron', ['timer', 'cron'], maybe(cron), 'It is started at these times.'),
	part('timezone', ['timer', 'timezone'], timezone, 'The time zone of cron.'),
	part('overlap', ['timer', 'overlap'], flag, 'A firing may start it although it still runs.'),
];

/** What the file format has and this version does not. */
export const missingServiceKeys: readonly Missing[] = [];
