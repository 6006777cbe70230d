import type { KnownType } from '../src/events/event.ts';
import { optInTypes } from '../src/events/opt-in.ts';
import { mostRuns } from '../src/policy/carry-out.ts';
import { patienceWithRules } from '../src/policy/guards.ts';
import type { Action } from '../src/rules/action.ts';
import { askedWithin } from '../src/rules/ask.ts';
import { chainEnd } from '../src/rules/chains.ts';
import { mostErrors } from '../src/rules/in-force.ts';
import { mostWaiting } from '../src/rules/lane.ts';
import { limits } from '../src/rules/lua/limits.ts';
import { mostRules } from '../src/rules/rule-set.ts';
import { mostHeard, mostLines, mostOfLine } from '../src/sources/output.ts';

/** What stands in docs/rules.md between `<!-- NAME -->` and `<!-- end -->`. */
export const tables: Readonly<Record<string, () => string>> = {
	events: eventTable,
	actions: actionTable,
	limits: limitTable,
};

type Told = { readonly fields: string; readonly when: string };

const process = '`pid`, `start`';

/** Every type of archon's own but those of groups, which have a row of their own. */
const told: Readonly<Record<Exclude<KnownType, `group.${string}`>, Told>> = {
	'process.starting': { fields: '', when: 'a start begins' },
	'process.started': { fields: process, when: 'its program runs' },
	'process.ready': { fields: process, when: 'it is ready' },
	'process.exited': { fields: `${process}, \`exit\`, \`signal\` or \`status\``, when: 'it has ended' },
	'process.stopping': { fields: process, when: 'it is asked to end' },
	'process.stopped': { fields: '', when: 'it was asked to end and is gone' },
	'process.backoff': { fields: '`delay`', when: 'it failed and will be started again' },
	'process.failed': { fields: '`reason`', when: 'it failed and will not be started again' },
	'process.paused': { fields: process, when: 'it is frozen' },
	'process.resumed': { fields: process, when: 'it goes on' },
	'process.replaced': {
		fields: `${process}, \`old\`, \`old_start\``,
		when: 'a restart overlapped: its process is the new one, which is ready, and the old one is asked to end',
	},
	'process.kept': {
		fields: `${process}, \`reason\``,
		when: 'a restart overlapped and the new process did not become ready: the old one goes on',
	},
	'process.degraded': { fields: `${process}, \`reason\``, when: 'it is not healthy any more' },
	'process.recovered': { fields: process, when: 'it is healthy again' },
	'process.monitored': { fields: '`pid`', when: 'a process that archon did not start is watched' },
	'process.sample': {
		fields: '`processes`, `rss`, `cpu`, `fds`, `restarts`',
		when: 'every `[daemon] sample`, of the processes that the rules ask about: bytes, percent of a core',
	},
	'process.spawned': {
		fields: '`pid`, `ppid`, `uid`, `exe`, `command`',
		when: 'a process that archon did not start has a new program (as root any, else below archon)',
	},
	'process.output': {
		fields: '`stream`, `line`, `cut`, or `reason`',
		when: 'a daemon that is asked for by `name` wrote a line',
	},
	'daemon.started': { fields: '`version`', when: 'archond was started' },
	'daemon.recovered': { fields: '`version`', when: 'the daemon was started again under its processes' },
	'daemon.stopping': { fields: '`reason`', when: 'archond ends' },
	'rule.fired': { fields: '`file`, `rule`, `act`, `because`, `cause`', when: 'a rule fired' },
	'rule.error': {
		fields: '`file`, `rule`, `line`, `reason`, `cause`',
		when: 'a rule, or a rule file, has a mistake',
	},
	'file.changed': {
		fields: '`path`, `what`',
		when: 'a file that a rule names was `created`, `changed` or `removed`',
	},
	'library.replaced': {
		fields: '`pid`, `path`',
		when: 'a process runs on a file that was replaced on disk',
	},
	'pressure.cpu': {
		fields: '`some`, `full`',
		when: 'processes wait for a processor, percent of ten seconds',
	},
	'pressure.memory': { fields: '`some`, `full`', when: 'the same for memory' },
	'pressure.io': { fields: '`some`, `full`', when: 'the same for disks' },
	'oom.killed': { fields: '`pid`', when: 'the kernel killed a process for want of memory' },
	timer: {
		fields: '`file`, `rule`, or `reason`',
		when: 'the timer of a rule or of a service fired',
	},
	'config.reloaded': { fields: 'how many of each action', when: 'the configuration was read again' },
	'bind.requested': { fields: '`pid`, `address`, `uid`', when: 'a process asks for a socket' },
	'request.received': { fields: '`request`, `uid`', when: 'a request waits for the rules' },
	'request.handled': { fields: '`request`, `uid`', when: 'a request has been answered' },
};

function eventTable(): string {
	const optIn: ReadonlySet<string> = new Set(optInTypes);
	const rows = Object.entries(told).map(([type, { fields, when }]) =>
		row(
			`\`${type}\`${optIn.has(type) ? ' *' : ''}`,
			fields,
			`${when.charAt(0).toUpperCase()}${when.slice(1)}.`,
		),
	);
	return [
		row('event', 'Fields', 'when'),
		'|---|---|---|',
		...rows,
		row(
			'`group.starting`, `ready`, `stopping`, `stopped`, `failed`',
			'`up`, `down`, or `reason`',
			'The state of a group changed; the name is that of the group.',
		),
		'',
		'Events of a type with * happen only while a rule or a subscriber asks for them: by its name, or by a pattern that',
		'means such types alone (`pressure.*`). `on = "*"` does not make them happen.',
	].join('\n');
}

/** How each action is written, and what it does. */
const actions: Readonly<Record<Action['do'], readonly [written: string, what: string]>> = {
	start: ['start { name }', 'as the request `Start`'],
	stop: ['stop { name, timeout }', 'as `Stop`'],
	restart: [
		'restart { name }',
		'as `Restart`; several of one moment are restarted in the order of what they require',
	],
	pause: ['pause { name }', 'as `Pause`'],
	resume: ['resume { name }', 'as `Resume`'],
	signal: ['signal { name, signal = "HUP" }', 'as `Signal`'],
	run: [
		'run { "program", "argument", as = "name", env = { LANG = "C" } }',
		'a `Run` of its own, under `[defaults]`; its end is an event',
	],
	monitor: ['monitor { pid, name }', 'as `MonitorPid`; without `pid` that of the event'],
	depend: [
		'depend { name, on = "db", kind = "wants" }',
		'as `Depend`; `requires` unless `kind` says otherwise',
	],
	undepend: ['undepend { name, on = "db" }', 'as `Undepend`'],
	emit: ['emit { type = "pager.sent", name, any = "field" }', 'an event'],
	log: ['log "text", log { text = "text", level = "warn" }', 'a line in the log of archond'],
	fail: ['fail { because = "why" }', 'refuses what the event asks permission for'],
	allow: ['allow {}', 'lets it pass'],
};

function actionTable(): string {
	const rows = Object.values(actions).map(([written, what]) => row(`\`${written}\``, what));
	return [row('action', 'what it does'), '|---|---|', ...rows].join('\n');
}

function limitTable(): string {
	const rows: readonly (readonly [what: string, most: string])[] = [
		['a rule file', bytes(limits.source)],
		['rules', `${limits.rules} in a file, ${mostRules} in all`],
		['the sentence of a rule', bytes(limits.title)],
		[
			'types in `on`; fields in `when` or `except`; values in a list',
			`${limits.types}; ${limits.fields}; ${limits.anyOf}`,
		],
		['a Lua pattern', bytes(limits.pattern)],
		['`every`', `at least ${limits.every}ms`],
		['actions of one firing', `${limits.actions}`],
		['`state` of a file', `${bytes(limits.state)} as JSON, ${limits.stateDepth} tables deep`],
		['fields of an `emit`; a value', `${limits.emitFields}; ${bytes(limits.emitValue)}`],
		['the text of a `log`; a `because`', `${bytes(limits.log)}; ${bytes(limits.because)}`],
		['errors of a rule in a row', `${mostErrors}, then it is switched off`],
		['rules in a chain of events that rules caused', `${chainEnd - 1}`],
		['an answer of who is asked for permission', `within ${askedWithin}ms`],
		[
			'a wait for the rules of a daemon that begins',
			`${patienceWithRules / 1000}s, then who asks is refused`,
		],
		['programs at once that rules have run', `${mostRuns}`],
		[
			'lines of a daemon that are told; a line; daemons',
			`${mostLines} a second; ${bytes(mostOfLine)}, the length of a longer one is \`cut\`; ${mostHeard}`,
		],
		['events that wait for the rules of a file', `${mostWaiting}; one of several KiB counts as so many`],
	];
	return ['## Limits', '', row('what', 'most'), '|---|---|', ...rows.map((cells) => row(...cells))].join(
		'\n',
	);
}

function bytes(count: number): string {
	return count % 1024 === 0 ? `${count / 1024} KiB` : `${count} bytes`;
}

function row(...cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}
