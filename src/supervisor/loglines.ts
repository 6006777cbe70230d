import { mkdirSync } from 'node:fs';
import type { LogAhead } from './logahead.ts';
import type { LogStream } from './logrecord.ts';

/** Follows the lines that a daemon writes, as they come into its log. */
export class LogLines {
	readonly #directory: string;

	/** `directory`: where archon-log keeps its files. */
	constructor(directory: string) {
		this.#directory = directory;
	}

	/**
	 * Calls `onLine` for each line of the daemon's log that archon-log read at `since` (milliseconds since 1970) or later,
	 * in their order, those that are there already included. A line is latin1 and has at most 64 KiB: of a longer one
	 * each piece is a line. `onFault` when the log cannot be read; then there is no further line. The result ends it, and
	 * nothing is called afterwards.
	 */
	follow(
		name: string,
		since: number,
		onLine: (stream: LogStream, line: string) => void,
		onFault: (fault: unknown) => void = () => {},
	): () => void {
		const follower = new Follower(onLine, onFault);
		follower.start(this.#directory, name, since);
		return () => follower.stop();
	}
}

class Follower {
	readonly #onLine: (stream: LogStream, line: string) => void;
	readonly #onFault: (fault: unknown) => void;
	#ahead: LogAhead | undefined;
	#working = false;
	#isNew = false;
	#stopped = false;

	constructor(onLine: (stream: LogStream, line: string) => void, onFault: (fault: unknown) => void) {
		this.#onLine = onLine;
		this.#onFault = onFault;
	}

	start(directory: string, name: string, since: number): void {
		this.#open(directory, name, since).catch((fault) => this.#fail(fault));
	}

	stop(): void {
		this.#stopped = true;
		this.#ahead?.close();
	}

	async #open(directory: string, name: string, since: number): Promise<void> {
		const [{ logOf, logPath }, { placeSince }, { LogAhead }, { isoTime }] = await Promise.all([
			import('./logpath.ts'),
			import('./logplace.ts'),
			import('./logahead.ts'),
			import('../base/clock.ts'),
		]);
		mkdirSync(directory, { recursive: true, mode: 0o700 });
		const log = await logOf(directory, name, ['daemon']);
		const from = log && (await placeSince(log.files, since));
		if (!this.#stopped) {
			this.#ahead = new LogAhead(logPath(directory, 'daemon', name), from, () => this.#work(isoTime(since)));
			this.#work(isoTime(since));
		}
	}

	#work(since: string): void {
		this.#isNew = true;
		if (!this.#working) {
			this.#working = true;
			this.#read(since)
				.catch((fault) => this.#fail(fault))
				.finally(() => {
					this.#working = false;
				});
		}
	}

	async #read(since: string): Promise<void> {
		while (this.#isNew && !this.#stopped) {
			this.#isNew = false;
			for (const { time, stream, line } of (await this.#ahead?.read()) ?? []) {
				this.#isNew = true;
				if (time >= since && stream !== 'archon' && !this.#stopped) {
					this.#onLine(stream, line);
				}
			}
		}
	}

	#fail(fault: unknown): void {
		if (!this.#stopped) {
			this.stop();
			this.#onFault(fault);
		}
	}
}
