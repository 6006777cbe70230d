import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { ledgerVersion, slotCount } from '../../src/keeper/ledger.ts';
import { logState } from '../../src/keeper/log-places.ts';

const release = process.env['ARCHON_BIN_DIR'] ?? path.join(import.meta.dirname, '../../native/build/Release');

/** The program under test. */
export const program = path.join(release, 'archon-log');

/** Of native/core/ledger.h: where log_high is and where the log slots begin, how large one is, and how large all is. */
const logHigh = 52;
const slots = 4096 + 12 * slotCount;
const slotBytes = 40;
const ledgerBytes = 4096 + (4 + 8 + slotBytes + 160 + 32) * slotCount;

/** 0: what archon-log takes by itself. */
export type Limits = { readonly max?: number; readonly keep?: number };

/** A real archon-log with a ledger, and FIFOs made and held as the daemon and the keeper do it. */
export class Logger {
	readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), 'archon-log-'));
	readonly fifos = path.join(this.directory, 'fifo');
	readonly logs = path.join(this.directory, 'log');
	readonly ledger: number;
	/** What it wrote to its standard error. */
	said = '';
	/** Both ends of the keeper's pipe. */
	readonly #flight: number;
	/** The keeper's file of lines without an end. */
	readonly #lines: number;
	readonly #held: number[] = [];
	#child: ChildProcess | undefined;

	constructor() {
		fs.mkdirSync(this.fifos);
		this.ledger = fs.openSync(path.join(this.directory, 'ledger'), 'w+');
		fs.ftruncateSync(this.ledger, ledgerBytes);
		this.#write(0, 0x41524348, ledgerVersion, slotCount);
		const flight = path.join(this.directory, 'flight');
		execFileSync('mkfifo', [flight]);
		this.#lines = fs.openSync(path.join(this.directory, 'held'), 'w+');
		this.#flight = fs.openSync(flight, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
		onTestFinished(() => this.#strike());
	}

	/** Starts it. Descriptors 4 and 5 are eventfds in earnest; a socket does for 8 bytes at a time. */
	start(): this {
		const pipes = ['pipe', 'pipe'] as const;
		const stdio = [
			'ignore',
			'inherit',
			'pipe',
			this.ledger,
			...pipes,
			this.#flight,
			this.#flight,
			this.#lines,
		] as const;
		this.#child = spawn(program, [this.fifos, this.logs], { stdio: [...stdio] });
		(this.#child.stdio[4] as Writable).on('error', () => {}); // killed before it read that
		this.#child.stderr?.on('data', (bytes) => {
			this.said += bytes;
		});
		return this;
	}

	get child(): ChildProcess {
		if (this.#child === undefined) {
			throw new Error('it was not started');
		}
		return this.#child;
	}

	/** Claims a slot and makes its FIFOs, as the daemon does before a start. `key` is `d.<name>` or `r.<name>`. */
	open(slot: number, key: string, limits: Limits = {}): Pair {
		this.#write(
			slots + slotBytes * slot,
			logState.open,
			0,
			0,
			limits.keep ?? 0,
			limits.max ?? 0,
			0,
			0,
			0,
			0,
			0,
		);
		if (this.#read(logHigh) <= slot) {
			this.#write(logHigh, slot + 1);
		}
		const paths = ['out', 'err'].map((stream) => path.join(this.fifos, `${slot}.${key}.${stream}`));
		for (const fifo of paths) {
			execFileSync('mkfifo', [fifo]);
			this.#held.push(fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK));
		}
		return new Pair(paths);
	}

	/** Sets other limits. */
	limit(slot: number, { max, keep }: Required<Limits>): void {
		this.#write(slots + slotBytes * slot + 12, keep, max, 0);
		this.wake();
	}

	/** Retires a slot and wakes archon-log. */
	retire(slot: number): void {
		this.#write(slots + slotBytes * slot, logState.retired);
		this.wake();
	}

	wake(): void {
		if (this.#child?.exitCode === null && this.#child.signalCode === null) {
			(this.#child.stdio[4] as Writable).write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]));
		}
	}

	state(slot: number): number {
		return this.#read(slots + slotBytes * slot);
	}

	/** Whether stdout and stderr of a slot are busy. */
	busy(slot: number): [boolean, boolean] {
		return [this.#read(slots + slotBytes * slot + 4) !== 0, this.#read(slots + slotBytes * slot + 8) !== 0];
	}

	/** Stops it, so that what comes until `resume` comes to it at once, in the order in which it came. */
	async pause(): Promise<void> {
		this.child.kill('SIGSTOP');
		const status = `/proc/${this.child.pid}/stat`;
		await until(() => / T [0-9]/.test(fs.readFileSync(status, 'latin1')) || undefined);
	}

	resume(): void {
		this.child.kill('SIGCONT');
	}

	/** Resolves the next time that archon-log wakes the daemon. */
	async woken(): Promise<void> {
		await once((this.child.stdio as readonly unknown[])[5] as Readable, 'data');
	}

	/** Resolves when a slot is done. */
	async done(slot: number): Promise<void> {
		while (this.state(slot) !== logState.done) {
			await this.woken();
		}
	}

	/** The records in a log without their times, each as `<o|e|a> <line>`; none when there is no file. */
	records(name: string): string[] {
		const file = path.join(this.logs, `${name}.log`);
		const text = fs.existsSync(file) ? fs.readFileSync(file, 'latin1') : '';
		return text.split('\n').flatMap((record) => (record === '' ? [] : [record.slice(25)]));
	}

	/** The files of a log by size, the one in use first. */
	sizes(name: string): number[] {
		const files = [`${name}.log`, ...Array.from({ length: 2000 }, (_, i) => `${name}.log.${i + 1}`)];
		const there = files.map(
			(file) => fs.statSync(path.join(this.logs, file), { throwIfNoEntry: false })?.size,
		);
		return there.slice(0, there.findLastIndex((size) => size !== undefined) + 1).map((size) => size ?? -1);
	}

	/** The records of all files of a log, oldest first. */
	all(name: string): string[] {
		const older = this.sizes(name).length - 1;
		const files = Array.from(
			{ length: older + 1 },
			(_, i) => `${name}.log${i < older ? `.${older - i}` : ''}`,
		);
		// Between two names while it is rotated.
		const texts = files.map((file) => {
			const at = path.join(this.logs, file);
			return fs.existsSync(at) ? fs.readFileSync(at, 'latin1') : '';
		});
		return texts.flatMap((text) => text.split('\n').flatMap((record) => (record === '' ? [] : [record])));
	}

	/** Resolves when a log holds this many records, with all it holds. */
	async recorded(name: string, count: number): Promise<string[]> {
		return until(() => {
			const records = this.records(name);
			return records.length >= count ? records : undefined;
		});
	}

	/** Sends a signal and returns the exit code, or the signal that ended it. */
	async end(signal: NodeJS.Signals): Promise<number | string | null> {
		const ended = once(this.child, 'exit');
		this.child.kill(signal);
		const [code, by] = await ended;
		return code ?? by;
	}

	#write(offset: number, ...words: number[]): void {
		fs.writeSync(this.ledger, Buffer.from(Uint32Array.from(words).buffer), 0, 4 * words.length, offset);
	}

	#read(offset: number): number {
		const word = Buffer.alloc(4);
		fs.readSync(this.ledger, word, 0, 4, offset);
		return word.readUInt32LE();
	}

	async #strike(): Promise<void> {
		if (this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null) {
			await this.end('SIGKILL');
		}
		for (const fd of [this.ledger, this.#flight, this.#lines, ...this.#held]) {
			fs.closeSync(fd);
		}
		fs.rmSync(this.directory, { recursive: true });
	}
}

/** The FIFOs of a slot as a process has them, open for reading too. */
export class Pair {
	readonly paths: readonly string[];
	readonly #fds: number[];

	constructor(paths: readonly string[]) {
		this.paths = paths;
		this.#fds = paths.map((fifo) => fs.openSync(fifo, fs.constants.O_RDWR | fs.constants.O_NONBLOCK));
		onTestFinished(() => this.close());
	}

	get out(): number {
		return this.#fds[0] ?? -1;
	}

	/** Returns how many bytes went in. */
	write(stream: 'out' | 'err', bytes: string): number {
		return fs.writeSync(this.#fds[stream === 'out' ? 0 : 1] ?? -1, bytes, null, 'latin1');
	}

	/** The process ends. */
	close(): void {
		for (const fd of this.#fds.splice(0)) {
			fs.closeSync(fd);
		}
	}
}

/** Asks again until there is an answer. The time a test has is the limit. */
export async function until<T>(ask: () => T | undefined): Promise<T> {
	for (;;) {
		const answer = ask();
		if (answer !== undefined) {
			return answer;
		}
		await setImmediate();
	}
}
