import { isoTime } from '../base/clock.ts';
import { LogAhead } from './logahead.ts';
import type { LogPlace } from './logfile.ts';
import type { LogStream } from './logrecord.ts';
import type { LogRow } from './logtail.ts';

/** Where to go on in one log. */
export type LogFrom = { readonly name: string; readonly path: string; readonly from: LogPlace | undefined };

/** So many characters of lines are read before they are given away. */
const mostRead = 1 << 20;

/** So many are given away at a time. */
const mostGiven = 65_536;

/**
 * New lines of several logs as they are written, behind some that are there already. Nobody is given more before he has
 * taken what he was given: then nothing is read and nothing watched, and the files keep it.
 */
export class LogFollower {
	readonly #write: (rows: readonly LogRow[]) => boolean;
	readonly #stream: LogStream | undefined;
	readonly #logs = new Map<LogAhead, string>();
	/** Those in which there may be something to read. */
	readonly #news = new Set<LogAhead>();
	#rows: readonly LogRow[];
	#given = 0;
	#full = false;
	#working = false;
	#stopped = false;

	/** `write` takes all it is given; false: no more for now. */
	constructor(o: {
		readonly logs: readonly LogFrom[];
		readonly rows: readonly LogRow[];
		readonly stream: LogStream | undefined;
		readonly write: (rows: readonly LogRow[]) => boolean;
	}) {
		this.#rows = o.rows;
		this.#stream = o.stream;
		this.#write = o.write;
		for (const { name, path, from } of o.logs) {
			const log: LogAhead = new LogAhead(path, from, () => {
				this.#news.add(log);
				this.#work();
			});
			this.#logs.set(log, name);
			this.#news.add(log);
		}
		this.#work();
	}

	/** To be called when there is room again after `write` returned false. */
	drained(): void {
		this.#full = false;
		this.#work();
	}

	stop(): void {
		this.#stopped = true;
		for (const log of this.#logs.keys()) {
			log.close();
		}
	}

	#work(): void {
		if (this.#working || this.#full || this.#stopped) {
			return;
		}
		this.#working = true;
		this.#all().finally(() => {
			this.#working = false;
			// News may have come, or room, while the last answer was looked at.
			if (this.#news.size > 0 || this.#given < this.#rows.length) {
				this.#work();
			}
		});
	}

	async #all(): Promise<void> {
		while (!this.#stopped && !this.#full) {
			if (this.#given < this.#rows.length) {
				this.#give();
				await new Promise(setImmediate);
			} else if (this.#news.size > 0) {
				this.#rows = await this.#read();
				this.#given = 0;
			} else {
				return;
			}
		}
		if (this.#full) {
			for (const log of this.#logs.keys()) {
				log.rest();
				this.#news.add(log);
			}
		}
	}

	#give(): void {
		let chars = 0;
		let end = this.#given;
		while (end < this.#rows.length && chars < mostGiven) {
			chars += this.#rows[end++]?.line.length ?? 0;
		}
		const rows = this.#rows.slice(this.#given, end);
		this.#given = end;
		this.#full = !this.#write(rows);
	}

	/** The next lines of all logs that may have some, merged by time. */
	async #read(): Promise<LogRow[]> {
		const rows: LogRow[] = [];
		let chars = 0;
		for (const log of [...this.#news]) {
			this.#news.delete(log);
			const name = this.#logs.get(log) ?? '';
			for (const line of await this.#linesOf(log)) {
				chars += line.line.length;
				if (this.#stream === undefined || line.stream === this.#stream) {
					rows.push({ name, ...line });
				}
			}
			if (chars >= mostRead) {
				break;
			}
		}
		return this.#logs.size > 1 ? rows.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)) : rows;
	}

	/** What cannot be read is told as a line, and that log is read no more. */
	async #linesOf(log: LogAhead) {
		try {
			const lines = await log.read();
			if (lines.length > 0) {
				this.#news.add(log);
			}
			return lines;
		} catch (error) {
			this.#news.delete(log);
			const time = isoTime(Date.now());
			return [{ time, stream: 'archon' as const, line: `cannot be read: ${(error as Error).message}` }];
		}
	}
}
