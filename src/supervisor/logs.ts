import type { SlotKind } from '../keeper/ledger.ts';
import { type LogLine, tailLog } from './logfile.ts';
import { filesOf } from './logpath.ts';
import type { Output } from './output.ts';
import { pruneRunLogs } from './prune.ts';

/** How long output that an ended process left in its pipes is waited for, milliseconds. */
const settleTime = 2000;

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
			// What cannot be removed now is removed another time.
			pruneRunLogs(`${this.#directory}/runs`).catch(() => undefined);
		}
	}

	/** The last lines of a name, oldest first; undefined when there is no log of it. */
	async tail(name: string, lines: number): Promise<LogLine[] | undefined> {
		await this.#output.settled(name, settleTime);
		const files = await filesOf(this.#directory, name);
		return files.length === 0 ? undefined : tailLog(files, lines);
	}
}
