import { type LogLine, tailLog } from './logfile.ts';
import { filesOf } from './logpath.ts';
import type { Output } from './output.ts';

/** How long output that an ended process left in its pipes is waited for, milliseconds. */
const settleTime = 2000;

/** What processes wrote, read from the files that archon-log keeps. */
export class Logs {
	readonly #directory: string;
	readonly #output: Output;

	constructor(directory: string, output: Output) {
		this.#directory = directory;
		this.#output = output;
	}

	/** The last lines of a name, oldest first; undefined when there is no log of it. */
	async tail(name: string, lines: number): Promise<LogLine[] | undefined> {
		await this.#output.settled(name, settleTime);
		const files = await filesOf(this.#directory, name);
		return files.length === 0 ? undefined : tailLog(files, lines);
	}
}
