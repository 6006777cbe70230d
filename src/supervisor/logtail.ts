import { isoTime } from '../base/clock.ts';
import { type LogPlace, recordsBack } from './logfile.ts';
import type { LogLine, LogStream } from './logrecord.ts';

/** More lines than this are never read at a time. */
export const mostLines = 10_000;

/** Nor more bytes: of very long lines there are fewer. */
const mostBytes = 16 << 20;

/** The log of one name. */
export type LogOf = {
	readonly name: string;
	/** Its parts, the oldest first. */
	readonly files: readonly string[];
	/** When the newest of them was written last, milliseconds since 1970. */
	readonly written: number;
	/** Where its end is; without it, where that is when it is read. */
	readonly end?: LogPlace | undefined;
};

export type LogQuery = {
	readonly lines: number;
	/** Milliseconds since 1970; what is older is left out. */
	readonly since?: number | undefined;
	readonly stream?: LogStream | undefined;
};

export type LogRow = LogLine & { readonly name: string };

/**
 * The last lines of several logs, merged by time, oldest first. All are read backwards, and only as far as need be; one
 * that was last written before what is shown is not even opened. Throws what the system says.
 */
export async function tailLogs(logs: readonly LogOf[], query: LogQuery): Promise<LogRow[]> {
	const waiting = logs.toSorted((a, b) => a.written - b.written);
	const chunk = logs.length > few ? smallChunk : largeChunk;
	const opened: Head[] = [];
	const rows: LogRow[] = [];
	const wanted = Math.min(query.lines, mostLines);
	try {
		for (let bytes = 0; rows.length < wanted && bytes < mostBytes; ) {
			let newest = newestOf(opened);
			for (
				let next = waiting.at(-1);
				next && (!newest || isMaybeNewer(next, newest));
				next = waiting.at(-1)
			) {
				waiting.pop();
				const head = new Head(next, query, chunk);
				if (await head.advance()) {
					opened.push(head);
					newest = newestOf(opened);
				}
			}
			if (newest === undefined) {
				break;
			}
			rows.push({ name: newest.name, ...newest.line });
			bytes += newest.line.line.length;
			if (!(await newest.advance())) {
				opened.splice(opened.indexOf(newest), 1);
			}
		}
	} finally {
		await Promise.all(opened.map((head) => head.close()));
	}
	return rows.reverse();
}

/** Many logs at a time are read in small pieces, for one of each is in memory. */
const few = 16;
const smallChunk = 8192;
const largeChunk = 65_536;

/** A file may seem to be older than its last record, for its time is a coarse one. */
const slack = 1000;

function isMaybeNewer(log: LogOf, head: Head): boolean {
	return isoTime(log.written + slack) > head.line.time;
}

function newestOf(heads: readonly Head[]): Head | undefined {
	let newest = heads[0];
	for (const head of heads) {
		if (newest !== undefined && head.line.time > newest.line.time) {
			newest = head;
		}
	}
	return newest;
}

/** A log that is being read, and the newest of its lines that was not taken yet. */
class Head {
	readonly name: string;
	line: LogLine = { time: '', stream: 'archon', line: '' };
	readonly #chunks: AsyncGenerator<LogLine[]>;
	readonly #since: string;
	readonly #stream: LogStream | undefined;
	#lines: readonly LogLine[] = [];
	#at = 0;

	constructor({ name, files, end }: LogOf, { since, stream }: LogQuery, chunk: number) {
		this.name = name;
		this.#chunks = recordsBack(files, { chunk, from: end });
		this.#since = since === undefined ? '' : isoTime(since);
		this.#stream = stream;
	}

	/** Goes to the line before; false when there is none that is asked for. */
	async advance(): Promise<boolean> {
		for (;;) {
			const line = this.#lines[this.#at++];
			if (line === undefined) {
				const { value } = await this.#chunks.next();
				if (!value) {
					return false;
				}
				this.#lines = value;
				this.#at = 0;
			} else if (line.time < this.#since) {
				await this.close();
				return false;
			} else if (this.#stream === undefined || line.stream === this.#stream) {
				this.line = line;
				return true;
			}
		}
	}

	async close(): Promise<void> {
		await this.#chunks.return(undefined);
	}
}
