import { parseTime } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { count, nameOrGlob } from '../base/field.ts';
import { isGlob } from '../base/glob.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { columnsReply, rowReply } from '../protocol/reply.ts';
import type { LogStream } from '../supervisor/logrecord.ts';
import type { LogName } from '../supervisor/logs.ts';
import type { LogQuery, LogRow } from '../supervisor/logtail.ts';
import type { Table } from '../supervisor/table.ts';
import { type Followed, request } from './request.ts';

const defaultLines = 100;
const mostLines = 10_000;
const columns = ['name', 'time', 'stream', 'line'];
const rest = '[,lines=<count>][,since=<time|duration>][,stream=<stdout|stderr|archon>][,follow]';

export const logs = request({
	name: 'Logs',
	summary:
		'Show the last lines that processes wrote (100 unless lines= says otherwise), and with follow new ones.',
	needs: 'observe',
	args: { name: nameOrGlob },
	rest,
	columns,
	async handle({ name }, { shared: { supervisor } }, options) {
		const asked = readOptions(options);
		if (isRefusal(asked)) {
			return asked;
		}
		const names = namesOf(name, supervisor.table);
		const isKnown = supervisor.table.seen(name).length > 0;
		const begin = asked.follow ? await supervisor.logs.follow(names, asked, isKnown) : undefined;
		if (begin !== undefined) {
			return { tag: 'follow', begin: (write) => follow(begin, write) };
		}
		const found = asked.follow ? undefined : await supervisor.logs.tail(names, asked);
		if (found === undefined && (asked.follow || !isKnown)) {
			return refuse(
				isGlob(name) ? `nothing matches "${name}"` : `nothing is called "${name}" and there is no log of it`,
			);
		}
		return { tag: 'rows', lines: rowsOf(found ?? []) };
	},
});

/** Whose logs are meant; a name that nothing has may have a log from former times. */
function namesOf(pattern: string, table: Table): LogName[] {
	const names = table
		.logging(pattern)
		.map((it): LogName => ({ name: it.name, kind: it.kind === 'run' ? 'run' : 'daemon' }));
	return names.length > 0 || isGlob(pattern) ? names : [{ name: pattern }];
}

/** One by one, as they are sent: to escape a log of some MiB at once would hold up everybody. */
function* rowsOf(rows: readonly LogRow[]): Generator<string> {
	for (const { name, time, stream, line } of rows) {
		yield rowReply([name, time, stream, line]);
	}
}

function follow(
	begin: (write: (rows: readonly LogRow[]) => boolean) => Followed,
	write: (text: string) => boolean,
): Followed {
	write(columnsReply(columns));
	return begin((rows) => write([...rowsOf(rows)].join('')));
}

type Asked = LogQuery & { readonly follow: boolean };

/** How each option is read. */
const readers: { readonly [key: string]: (text: string) => Partial<Asked> | Refusal } = {
	lines(text) {
		const lines = count.read(text);
		if (isRefusal(lines)) {
			return refuse(`lines: ${lines.refused}`);
		}
		return lines <= mostLines ? { lines } : refuse(`lines=${lines} is too many: ${mostLines} at most`);
	},
	since(text) {
		const duration = parseDuration(text, Number.MAX_SAFE_INTEGER);
		const since = duration === undefined ? parseTime(text) : Math.max(0, Date.now() - duration);
		return since === undefined
			? refuse(`${shown(`since=${text}`)} is neither a duration (1h) nor a time (2026-11-20T10:00)`)
			: { since };
	},
	stream: (text) =>
		isStream(text)
			? { stream: text }
			: refuse(`${shown(`stream=${text}`)} is none of stdout, stderr and archon`),
};

function readOptions(options: readonly string[]): Asked | Refusal {
	let asked: Asked = { lines: defaultLines, follow: false };
	const seen = new Set<string>();
	for (const option of options) {
		const [, key = '', value] = /^([a-z]+)(?:=(.*))?$/s.exec(option) ?? [];
		const reader = Object.hasOwn(readers, key) && value !== undefined ? readers[key] : undefined;
		if (reader === undefined && option !== 'follow') {
			return refuse(`${shown(option)} is not known: Logs,<name>${rest}`);
		}
		if (seen.has(key)) {
			return refuse(`${shown(option)} is said twice: Logs,<name>${rest}`);
		}
		seen.add(key);
		const read = reader === undefined ? { follow: true } : reader(value ?? '');
		if (isRefusal(read)) {
			return read;
		}
		asked = { ...asked, ...read };
	}
	return asked;
}

function isStream(text: string): text is LogStream {
	return text === 'stdout' || text === 'stderr' || text === 'archon';
}
