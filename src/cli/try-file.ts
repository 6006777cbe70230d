import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isoTime, parseTime } from '../base/clock.ts';
import { parseDuration } from '../base/duration.ts';
import { errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { type Connection, dial } from '../client/connection.ts';
import type { Event } from '../events/event.ts';
import { columnsReply, rowReply } from '../protocol/reply.ts';
import type { Rule, RuleMistake } from '../rules/rule.ts';
import type { Lua } from '../rules/thread.ts';
import { Threads } from '../rules/threads.ts';
import { askRecorded, type Recorded } from './recorded.ts';
import { replay } from './replay.ts';
import { summaryLines } from './summary.ts';

/** Exit codes, as archonctl has them. */
const code = { ok: 0, wrong: 1, silent: 3 } as const;

/** What came of it; `wrong` are lines that say why there is nothing to show. */
export type Tried = { readonly code: number } & (
	| { readonly wrong: readonly string[] }
	| { readonly summary: readonly string[] }
);

export type TryOptions = {
	/** The rule file, as it was named: latin1, a char per byte. */
	readonly file: string;
	/** As in the request `Events`. */
	readonly since: string;
	/** The path of the daemon's socket. */
	readonly socket: string;
	/** Takes the rows, as records of a reply. */
	readonly say: (record: string) => void;
};

/** Replays what a daemon has recorded against a rule file, and tells what its rules would do. */
export async function tryFile(options: TryOptions): Promise<Tried> {
	const { file } = options;
	const source = readSource(file);
	if (isRefusal(source)) {
		return { code: code.wrong, wrong: [`${file}: ${source.refused}`] };
	}
	const lua = new Threads({ program: join(import.meta.dirname, 'rules.cjs'), keep: () => {} });
	try {
		const rules = await lua.load(basename(file), source, undefined);
		return 'mistakes' in rules
			? { code: code.wrong, wrong: rules.mistakes.map((one) => mistakeLine(file, one)) }
			: await tryRules(options, rules, lua);
	} finally {
		await lua.close();
	}
}

async function tryRules(
	{ since, socket, say }: TryOptions,
	rules: readonly Rule[],
	lua: Lua,
): Promise<Tried> {
	const recorded = await ask(socket, since);
	if ('wrong' in recorded) {
		return recorded;
	}
	const { events, lost, known } = recorded;
	const to = Math.max(Date.now(), events.at(-1)?.time ?? 0);
	say(columnsReply(['time', 'seq', 'type', 'name', 'rule', 'action']));
	const summary = await replay({
		lua,
		rules,
		events,
		known,
		from: beginning(since, events, to),
		to,
		tell: ({ time, event, rule, action }) =>
			say(rowReply([isoTime(time), event.seq, event.type, event.name, rule, action])),
	});
	if (isRefusal(summary)) {
		return { code: code.wrong, wrong: [summary.refused] };
	}
	return {
		code: summary.errors > 0 ? code.wrong : code.ok,
		summary: summaryLines(summary, rules, events, lost),
	};
}

async function ask(socket: string, since: string): Promise<Recorded | { code: number; wrong: string[] }> {
	let connection: Connection | undefined;
	try {
		connection = await dial(socket);
		const recorded = await askRecorded(connection, since);
		return isRefusal(recorded) ? { code: code.wrong, wrong: [recorded.refused] } : recorded;
	} catch (error) {
		const why = connection === undefined ? noDaemon(socket, error) : (error as Error).message;
		return { code: code.silent, wrong: [why] };
	} finally {
		connection?.close();
	}
}

function noDaemon(socket: string, error: unknown): string {
	const { code } = error as NodeJS.ErrnoException;
	if (code === 'EACCES') {
		return `you may not connect to ${socket}, where a daemon may be: ask as its user or as root, or have [access] in its configuration name you`;
	}
	const why =
		code === 'ENOENT' || code === 'ECONNREFUSED' ? ' (is archond running?)' : `: ${systemText(error)}`;
	return `no daemon answers on ${socket}${why}`;
}

/** When the time begins that is replayed: what `since` says, else the first event. */
function beginning(since: string, events: readonly Event[], to: number): number {
	const duration = parseDuration(since, Number.MAX_SAFE_INTEGER);
	const said = duration === undefined ? parseTime(since) : to - duration;
	const first = events[0]?.time ?? to;
	return Math.min(said ?? first, first);
}

function readSource(file: string): string | Refusal {
	try {
		return readFileSync(Buffer.from(file, 'latin1'), 'latin1');
	} catch (error) {
		return refuse(`cannot read: ${systemText(error)}`);
	}
}

function systemText(error: unknown): string {
	const { errno } = error as NodeJS.ErrnoException;
	return errno === undefined ? String(error) : errnoText(errno);
}

function mistakeLine(file: string, { line, text }: RuleMistake): string {
	return line === 0 ? `${file}: ${text}` : `${file}:${line}: ${text}`;
}
