import { parseDuration, tooLong } from '../base/duration.ts';
import { type Cell, cellOf } from '../protocol/columns.ts';
import { recordLimit } from '../protocol/frame.ts';
import { joinRecord, splitRecord } from '../protocol/join.ts';
import type { Connection, Reply } from './connection.ts';
import { ArchonError } from './errors.ts';
import { type AnyEvent, type EventFor, type Gap, readEvent, readGap } from './event.ts';
import { Events } from './events.ts';
import { type EventFilter, filterFields, filterKeys, onlyKnown } from './filter.ts';
import { type DaemonOptions, launchFields, type RunOptions } from './launch.ts';
import { Pool } from './pool.ts';
import { Requests } from './requests.ts';
import { socketPath } from './socket-path.ts';
import { bytesOf, type Duration, type Text, textOf } from './text.ts';

export type { Cell } from '../protocol/columns.ts';
export { ArchonError, NoDaemonError } from './errors.ts';
export type { AnyEvent, Event, EventFor, EventOf, Gap } from './event.ts';
export type { Events } from './events.ts';
export type * from './rows.ts';

export interface ConnectOptions {
	/** The path of the daemon's socket; where archonctl finds it unless said otherwise. */
	readonly socket?: string | undefined;
}

export interface EventsOptions<T extends string = string> extends EventFilter<T> {
	/** The number of an event: those after it come first, 0 for all there are. What happens from now on unless given. */
	readonly since?: number | undefined;
	/** Ends it. */
	readonly signal?: AbortSignal | undefined;
	/** How long to try to reach a daemon that is gone before giving up; a minute unless said otherwise. */
	readonly patience?: Duration | undefined;
}

export interface JournalOptions<T extends string = string> extends EventFilter<T> {
	/** The number of an event, a time, or how long ago (`1h`): only what came after that. */
	readonly since?: number | string | Date | undefined;
	/** Only that many, the newest; 10 000 at most. */
	readonly last?: number | undefined;
}

/** Connects to the daemon. Rejects with a NoDaemonError when none answers. */
export async function connect(options: ConnectOptions = {}): Promise<Archon> {
	const path = options.socket ?? socketPath();
	const pool = new Pool(path);
	const archon = new Archon(pool);
	await archon.ping();
	return archon;
}

/**
 * A daemon of archon. What is asked at the same time is handled at the same time. When nothing is in progress it does
 * not keep the process alive, so closing it is only needed to end what is.
 */
export class Archon extends Requests {
	readonly #pool: Pool;
	readonly #followed = new Set<Events<AnyEvent<string>>>();

	/** @internal */
	constructor(pool: Pool) {
		super(async (request, fields, settings = {}) => {
			const given = Object.entries(settings).filter(([, value]) => value !== undefined);
			const texts = [...fields, ...given.map(([key, value]) => `${key}=${isoOf(value ?? '')}`)];
			const present = texts.filter((it) => it !== undefined);
			return rowsOf(await ask(pool, request, present.map(String).map(bytesOf))) as never;
		});
		this.#pool = pool;
	}

	/**
	 * Runs a program and resolves with its exit code when it has ended: 128+N when signal N ended it, 127 or 126 when
	 * it could not be started. Its output goes to its log.
	 */
	async run(args: readonly Text[], options: RunOptions = {}): Promise<number> {
		const { final } = await ask(this.#pool, 'Run', launchFields(args, options));
		return final.tag === 'exit' ? final.code : 0;
	}

	/** Starts a program and keeps it running; resolves once it runs. */
	async startDaemon(args: readonly Text[], options: DaemonOptions = {}): Promise<void> {
		await ask(this.#pool, 'StartDaemon', launchFields(args, options));
	}

	/**
	 * Any request with these fields, as the protocol has it, but one that has no end (`Subscribe`: see events); resolves
	 * with its rows. The exit code of a `Run` is one.
	 */
	async call(request: string, ...fields: readonly Text[]): Promise<{ readonly [column: string]: Cell }[]> {
		if (request === 'Subscribe') {
			throw new TypeError('Subscribe has no end: follow events with events()');
		}
		const reply = await ask(this.#pool, bytesOf(request), fields.map(bytesOf));
		return reply.final.tag === 'exit' ? [{ exit: reply.final.code }] : rowsOf(reply);
	}

	/** Events as they happen, over crashes of the daemon: see Events. Begins at once. */
	events<const T extends string = string>(options: EventsOptions<T> = {}): Events<EventFor<T>> {
		const { since, signal, patience = 60_000 } = options;
		onlyKnown(options, ['since', 'signal', 'patience', ...filterKeys]);
		if (since !== undefined && !(Number.isSafeInteger(since) && since >= 0)) {
			throw new TypeError(`since is the number of an event, ${JSON.stringify(since)} is none`);
		}
		if (signal !== undefined && typeof signal.addEventListener !== 'function') {
			throw new TypeError(`signal is an AbortSignal, ${JSON.stringify(signal)} is none`);
		}
		return new Events({
			take: () => this.#pool.take(),
			end: (connection) => this.#pool.end(connection),
			filter: filterFields(options),
			since,
			signal,
			patience: milliseconds(patience),
			among: this.#followed,
		});
	}

	/** The events of the journal, oldest first, up to now. */
	async *journal<const T extends string = string>(
		options: JournalOptions<T> = {},
	): AsyncGenerator<EventFor<T> | Gap, void, void> {
		onlyKnown(options, ['since', 'last', ...filterKeys]);
		const fields = filterFields(options);
		for (const key of ['since', 'last'] as const) {
			fields.push(...(options[key] === undefined ? [] : [`${key}=${bytesOf(String(isoOf(options[key])))}`]));
		}
		const connection = await this.#pool.take();
		try {
			yield* readJournal<EventFor<T>>(connection, ['Events', ...fields]);
		} finally {
			this.#pool.end(connection);
		}
	}

	/** Ends what is in progress, on this side: events end, and what waits for an answer rejects. */
	close(): void {
		this.#pool.close();
		for (const events of this.#followed) {
			void events.return();
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.close();
	}
}

/** One request on a connection of its own. */
async function ask(pool: Pool, request: string, fields: readonly string[]): Promise<Reply> {
	const record = `${joinRecord([request, ...fields])}\n`;
	if (record.length - 1 > recordLimit) {
		throw new TypeError(`a request has at most ${recordLimit} bytes, this one ${record.length - 1}`);
	}
	const reply = await pool.use((connection) => connection.call(record));
	if (reply.final.tag === 'error') {
		throw new ArchonError(textOf(request), textOf(reply.final.reason));
	}
	return reply;
}

function rowsOf({ columns, rows }: Reply): { readonly [column: string]: Cell }[] {
	return rows.map((row) =>
		Object.fromEntries(columns.map((column, i) => [column, cellOf(column, textOf(row[i] ?? ''))])),
	);
}

async function* readJournal<E extends AnyEvent<string>>(
	connection: Connection,
	request: readonly string[],
): AsyncGenerator<E | Gap, void, void> {
	connection.send(request);
	for await (const [tag, ...values] of connection.follow()) {
		if (tag === 'Row') {
			yield readEvent<E>(values, values[4] ? splitRecord(values[4]) : []);
		} else if (tag === 'Gap') {
			yield readGap(values);
		} else if (tag === 'Error') {
			throw new ArchonError('Events', textOf(values[0] ?? ''));
		} else if (tag === 'Ok') {
			return;
		}
	}
	throw connection.cutOff();
}

function isoOf(value: string | number | Date): string | number {
	return value instanceof Date ? value.toISOString() : value;
}

/** Throws a TypeError for what is no duration. */
function milliseconds(duration: Duration): number {
	const ms = typeof duration === 'number' ? duration : parseDuration(duration);
	if (ms === undefined || !(ms >= 0)) {
		const isTooLong = typeof duration === 'string' ? tooLong(duration)?.refused : undefined;
		throw new TypeError(isTooLong ?? `${JSON.stringify(duration)} is no duration; write 200ms, 5s, 2m or 1h`);
	}
	return ms;
}
