import type { SlotKind } from '../keeper/ledger.ts';
import type { LogLine } from './logfile.ts';
import type { Output } from './output.ts';

/** How long output that an ended process left in its pipes is waited for, milliseconds. */
const settleTime = 2000;

/** Among how many lines the last one is looked for. */
const lastMost = 20;

/** Runs may leave that many logs beyond the bound before they are counted again. */
const pruneEvery = 64;

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

	/** The last lines of a name, oldest first; undefined when there is no log of it. */
	async tail(name: string, lines: number): Promise<LogLine[] | undefined> {
		await this.#output.settled(name, settleTime);
		const [{ filesOf }, { tailLog }] = await reading();
		const files = await filesOf(this.#directory, name);
		return files.length === 0 ? undefined : tailLog(files, lines);
	}

	/** The last line of a name from that time on, milliseconds since 1970; of standard error where it has one. */
	async lastLine(name: string, since: number): Promise<string | undefined> {
		const lines = (await this.tail(name, lastMost)) ?? [];
		const recent = lines.filter(({ time }) => Date.parse(time) >= since);
		return (recent.findLast(({ stream }) => stream === 'stderr') ?? recent.at(-1))?.line;
	}

	/** What cannot be removed now is removed another time. */
	async #prune(): Promise<void> {
		const { pruneRunLogs } = await import('./prune.ts');
		await pruneRunLogs(`${this.#directory}/runs`);
	}
}

/** Loaded when first needed: node:fs/promises alone makes an idle daemon 1.5 MiB larger. */
function reading() {
	return Promise.all([import('./logpath.ts'), import('./logfile.ts')]);
}
