import { execFileSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { Lines } from './lines.ts';

/** A FIFO into which processes write lines for the test. */
export class Told {
	/** Shell: `echo` what stands behind `here`. */
	readonly path: string;
	readonly #lines: Lines;

	constructor(directory: string) {
		this.path = `${directory}/told`;
		execFileSync('mkfifo', [this.path]);
		const socket = new Socket({ fd: openSync(this.path, 'r+'), readable: true, writable: false });
		onTestFinished(() => void socket.destroy());
		this.#lines = new Lines(socket);
	}

	/** The next line. */
	async next(): Promise<string> {
		return (await this.#lines.next()) ?? '';
	}

	/** The next lines, each the pid of a process. */
	async pids(count: number): Promise<number[]> {
		const pids: number[] = [];
		while (pids.length < count) {
			pids.push(Number(await this.next()));
		}
		return pids;
	}
}

/** Whether a process runs; one that nobody has reaped yet does not. */
export function isAlive(pid: number): boolean {
	try {
		return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
	} catch {
		return false;
	}
}
