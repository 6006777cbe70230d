import { mkdirSync } from 'node:fs';
import type { SlotKind } from '../keeper/ledger.ts';
import type { LogFollower } from './logfollow.ts';
import type { LogQuery, LogRow } from './logtail.ts';
import type { Output } from './output.ts';

/** How long output that an ended process left in its pipes is waited for, milliseconds. */
const settleTime = 2000;

/** Among how many lines the last one is looked for. */
const lastMost = 20;

/** Runs may leave that many logs beyond the bound before they are counted again. */
const pruneEvery = 64;

/** Whose log is meant; `kind` where that is known. */
export type LogName = { readonly name: string; readonly kind?: SlotKind | undefined };

/** What processes wrote, read from the files that archon-log keeps. */
export class Logs {
	readonly #directory: string;
	readonly #output: Output;

	/** Logs of runs that were finished since the last look at how many there are. */
	#finished = 0;

	constructor(directory: string, output: Output) {
		this.#directory = directory;
		this.#output = output;
	}

	/** The log of a run stays when the run is gone; now and then the oldest beyond a bound are removed. */
	finished(kind: SlotKind): void {
		this.#finished += kind === 'run' ? 1 : 0;
		if (this.#finished >= pruneEvery) {
			this.#finished = 0;
			this.#prune().catch(() => undefined);
		}
	}

	/** The last lines of these names merged by time, oldest first; undefined when there is no log of any. */
	async tail(names: readonly LogName[], query: LogQuery): Promise<LogRow[] | undefined> {
		await this.#settled(names);
		const { logOf, tailLogs } = await reading();
		const logs = await Promise.all(names.map(({ name }) => logOf(this.#directory, name)));
		const found = logs.filter((log) => log !== undefined);
		return found.length === 0 ? undefined : tailLogs(found, query);
	}

	/**
	 * The last lines of these names and from then on the new ones, also of a name that has no log yet; undefined when there
	 * is no log of any and `mayMiss` is not set. Nothing is held open before `begin` is called; its `write` takes all it
	 * is given and returns false for no more before `drained`.
	 */
	async follow(
		names: readonly LogName[],
		query: LogQuery,
		mayMiss: boolean,
	): Promise<((write: (rows: readonly LogRow[]) => boolean) => LogFollower) | undefined> {
		await this.#settled(names);
		const { logOf, logPath, tailLogs, placeAtEnd, LogFollower } = await reading();
		// There has to be a folder to watch.
		mkdirSync(`${this.#directory}/runs`, { recursive: true, mode: 0o700 });
		const logs = await Promise.all(
			names.map(async ({ name, kind = 'daemon' }) => {
				const log = await logOf(this.#directory, name);
				const from = log && (await placeAtEnd(log.files.at(-1) ?? ''));
				return { name, path: log?.path ?? logPath(this.#directory, kind, name), from, log };
			}),
		);
		const found = logs.flatMap(({ log, from }) => (log === undefined ? [] : [{ ...log, end: from }]));
		if (found.length === 0 && !mayMiss) {
			return undefined;
		}
		const rows = await tailLogs(found, query);
		return (write) => new LogFollower({ logs, rows, stream: query.stream, write });
	}

	async #settled(names: readonly LogName[]): Promise<void> {
		await Promise.all(names.map(({ name }) => this.#output.settled(name, settleTime)));
	}

	/** The last line of a name from that time on, milliseconds since 1970; of standard error where it has one. */
	async lastLine(name: string, since: number): Promise<string | undefined> {
		const recent = (await this.tail([{ name }], { lines: lastMost, since })) ?? [];
		return (recent.findLast(({ stream }) => stream === 'stderr') ?? recent.at(-1))?.line;
	}

	/** What cannot be removed now is removed another time. */
	async #prune(): Promise<void> {
		const { pruneRunLogs } = await import('./prune.ts');
		await pruneRunLogs(`${this.#directory}/runs`);
	}
}

/** Loaded when first needed: node:fs/promises alone makes an idle daemon 1.5 MiB larger. */
async function reading() {
	const [path, tail, place, follow] = await Promise.all([
		import('./logpath.ts'),
		import('./logtail.ts'),
		import('./logplace.ts'),
		import('./logfollow.ts'),
	]);
	return { ...path, ...tail, ...place, ...follow };
}
