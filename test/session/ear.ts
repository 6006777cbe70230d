import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Archon } from '../archon.ts';
import { Lines } from '../live/lines.ts';

/** Where programs tell the test something, a line each. */
export class Ear {
	/** Shell: tells what is written in front of it. */
	readonly tell: string;
	readonly #lines: Lines;

	constructor(archon: Pick<Archon, 'directory'>) {
		const path = `${archon.directory}/ear`;
		execFileSync('mkfifo', [path]);
		const socket = new Socket({
			fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK),
			writable: false,
		});
		this.tell = `> ${path}`;
		this.#lines = new Lines(socket);
		onTestFinished(() => void socket.destroy());
	}

	/** The next line. */
	async hears(): Promise<string> {
		return (await this.#lines.next()) ?? '';
	}

	/** The next `count` lines as numbers. */
	async numbers(count: number): Promise<number[]> {
		const numbers: number[] = [];
		while (numbers.length < count) {
			numbers.push(Number(await this.hears()));
		}
		return numbers;
	}
}
