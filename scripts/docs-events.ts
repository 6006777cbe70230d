import type { KnownType } from '../src/events/event.ts';
import { type Field, fields, fieldsOfAll } from '../src/events/fields.ts';
import { optInTypes } from '../src/events/opt-in.ts';

type OfGroup = `group.${string}`;

/** When there is an event of each type; what is told of groups has rows of its own. */
const when: Readonly<Record<Exclude<KnownType, OfGroup>, string>> = {
	'process.starting': 'a start begins',
	'process.started': 'its program runs',
	'process.ready': 'it is ready',
	'process.exited': 'it has ended',
	'process.stopping': 'it is asked to end',
	'process.stopped': 'it was asked to end and is gone',
	'process.backoff': 'it failed and will be started again',
	'process.failed': 'it failed and will not be started again',
	'process.paused': 'it is frozen',
	'process.resumed': 'it goes on',
	'process.replaced':
		'a restart overlapped: its process is the new one, which is ready, and the old one is asked to end',
	'process.kept': 'a restart overlapped and the new process did not become ready: the old one goes on',
	'process.degraded': 'it is not healthy any more',
	'process.recovered': 'it is healthy again',
	'process.monitored': 'a process that archon did not start is watched',
	'process.sample': 'every `[daemon] sample`, of the processes that the rules ask about',
	'process.spawned': 'a process that archon did not start has a new program (as root any, else below archon)',
	'process.output': 'a daemon that is asked for by `name` wrote a line',
	'daemon.started': 'archond was started',
	'daemon.recovered': 'the daemon was started again under its processes',
	'daemon.stopping': 'archond ends',
	'rule.fired': 'a rule fired',
	'rule.error': 'a rule, or a rule file, has a mistake',
	'file.changed': 'a file that a rule names was `created`, `changed` or `removed`',
	'library.replaced': 'a process runs on a file that was replaced on disk',
	'pressure.cpu': 'processes wait for a processor',
	'pressure.memory': 'the same for memory',
	'pressure.io': 'the same for disks',
	'oom.killed': 'the kernel killed a process for want of memory',
	timer: 'the timer of a rule or of a service fired',
	'config.reloaded': 'the configuration was read again',
	'bind.requested': 'a process asks for a socket',
	'request.received': 'a request waits for the rules',
	'request.handled': 'a request has been answered',
};

/** The types of groups that are told, in one row where they carry the same. */
const groups: readonly (readonly [types: readonly Extract<KnownType, OfGroup>[], when: string])[] = [
	[
		['group.starting', 'group.ready', 'group.stopping', 'group.stopped'],
		'the state of a group changed; the name is that of the group',
	],
	[['group.failed'], 'a group gave up'],
];

/** A row for each type, with its fields. */
export function eventTable(): string {
	const optIn: ReadonlySet<string> = new Set(optInTypes);
	const rows = Object.entries(when).map(([type, text]) =>
		row(`\`${type}\`${optIn.has(type) ? ' *' : ''}`, namesOf(type as KnownType), sentence(text)),
	);
	const ofGroups = groups.map(([types, text]) =>
		row(types.map((type) => `\`${type}\``).join(', '), namesOf(types[0] as KnownType), sentence(text)),
	);
	return [row('event', 'fields', 'when'), '|---|---|---|', ...rows, ...ofGroups].join('\n');
}

/** What the kinds of the table of fields are. */
export const kinds = '`bytes`, `ms` (milliseconds) and `percent` are numbers, a `duration` is a text, `1.5s`';

/** A row for each thing that a field may mean, with the types that it means that in. */
export function fieldTable(): string {
	const rows = new Map<string, { readonly name: string; readonly field: Field; readonly of: string[] }>();
	for (const [type, own] of Object.entries<Readonly<Record<string, Field>>>(fields)) {
		for (const [name, field] of Object.entries(own)) {
			const key = [name, ...field].join('\0');
			const known = rows.get(key) ?? { name, field, of: [] };
			rows.set(key, known);
			known.of.push(type);
		}
	}
	const all = Object.entries<Field>(fieldsOfAll).map(([name, [kind, means]]) =>
		row(`\`${name}\``, 'any', kind, sentence(means)),
	);
	const others = [...rows.values()].map(({ name, field: [kind, means], of }) =>
		row(`\`${name}\``, typesText(of), kind, sentence(means)),
	);
	return [row('field', 'of', 'kind', 'what it is'), '|---|---|---|---|', ...all, ...others].join('\n');
}

export function row(...cells: readonly string[]): string {
	return `| ${cells.join(' | ')} |`;
}

function namesOf(type: KnownType): string {
	return Object.keys(fields[type])
		.map((name) => `\`${name}\``)
		.join(', ');
}

/** Of many only the first: the table of the events has them all. */
function typesText(types: readonly string[]): string {
	const [most, more] = types.length > 4 ? [2, ` and ${types.length - 2} others`] : [4, ''];
	const shown = types.slice(0, most).map((type) => `\`${type}\``);
	return `${shown.join(', ')}${more}`;
}

function sentence(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
