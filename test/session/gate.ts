import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { Archon } from '../archon.ts';

/** Where programs wait until the test lets one of them go on. */
export class Gate {
	/** Of the FIFO, which has something to read when one may go on. */
	readonly path: string;
	/** Shell: waits. */
	readonly wait: string;
	readonly #fd: number;

	constructor(archon: Pick<Archon, 'directory'>) {
		this.path = `${archon.directory}/gate`;
		execFileSync('mkfifo', [this.path]);
		this.wait = `read -r _ < ${this.path}`;
		this.#fd = openSync(this.path, 'r+');
		onTestFinished(() => closeSync(this.#fd));
	}

	/** Lets one go on that waits, or the next one that comes. */
	open(): void {
		writeSync(this.#fd, '\n');
	}
}
