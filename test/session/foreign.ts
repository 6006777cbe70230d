import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { release } from 'node:os';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { native } from '../../src/native/index.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import type { Archon } from '../archon.ts';
import { Lines } from '../live/lines.ts';
import { Pass } from './pass.ts';

const [major = 0, minor = 0] = release().split('.').map(Number);

/** From 6.15 on the kernel tells how a process ended to whoever holds its pidfd. */
export const tells = major > 6 || (major === 6 && minor >= 15);

/** A process that archon did not start: a child of the test, which reaps it as soon as it has ended. */
export class Stranger {
	readonly pid: number;
	readonly pidfd: number;
	/** What it prints. */
	readonly said: Lines;
	readonly #child: ChildProcess;

	constructor(command: string, ...args: string[]) {
		this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
		this.pid = this.#child.pid ?? 0;
		this.pidfd = native.pidfdOpen(this.pid);
		this.said = new Lines(this.#child.stdout as Readable);
		onTestFinished(() => {
			this.#child.kill('SIGKILL');
			native.close(this.pidfd);
		});
	}

	/** Writes a line to its standard input. */
	tell(line = ''): void {
		this.#child.stdin?.write(`${line}\n`);
	}

	/** Resolves when it has ended and was reaped. */
	async gone(): Promise<void> {
		if (this.#child.exitCode === null && this.#child.signalCode === null) {
			await once(this.#child, 'exit');
		}
	}
}

/** One that waits to be ended. */
export function sleeper(): Stranger {
	return new Stranger('sleep', '60');
}

/** One that exits with this code as soon as it is told something. */
export function exiting(code: number): Stranger {
	return new Stranger('sh', '-c', `read -r _; exit ${code}`);
}

/** `MonitorFD` with these descriptors of the test, under this name if one is given; its reply. */
export async function monitor(archon: Archon, fds: readonly number[], ...fields: string[]): Promise<string> {
	const record = joinRecord(['MonitorFD', ...fields]);
	const passed = fds.map((_, i) => 4 + i).join(',');
	const client = new Pass(archon, [`pass:${passed}:${record}\n`, 'half'], fds);
	return (await client.replies()).join('\n');
}
