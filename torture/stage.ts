import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, dial } from '../src/client/connection.ts';
import { splitRecord } from '../src/protocol/join.ts';
import { configuration } from './cast.ts';

const archond = join(import.meta.dirname, '../bin/archond');

/** How long what was hit may take to be back, milliseconds. */
const patience = 20_000;

/** An archond with the cast of the torture, in a folder of its own. */
export class Stage {
	readonly directory = mkdtempSync(join(tmpdir(), 'archon-torture-'));
	#keeper: ChildProcess | undefined;
	/** What archond said. */
	said = '';

	get socket(): string {
		return join(this.directory, 'archon.sock');
	}

	/** Where processes write down that they have begun. */
	get record(): string {
		return join(this.directory, 'record');
	}

	async open(): Promise<void> {
		writeFileSync(this.record, '');
		writeFileSync(join(this.directory, 'archon.toml'), configuration(this.record));
		const where = ['socket:archon.sock', 'state-dir:state', 'log-dir:log', 'config:archon.toml'];
		const args = where.flatMap((it) => {
			const [option, path] = it.split(':') as [string, string];
			return [`--${option}`, join(this.directory, path)];
		});
		this.#keeper = spawn(archond, args, { stdio: ['ignore', 'pipe', 'pipe'] });
		for (const stream of [this.#keeper.stdout, this.#keeper.stderr]) {
			stream?.on('data', (bytes: Buffer) => {
				this.said = (this.said + bytes.toString()).slice(-65_536);
			});
		}
		await this.answers();
	}

	/** Connects; while nobody answers it waits. */
	async connect(): Promise<Connection> {
		const end = Date.now() + patience;
		for (;;) {
			try {
				return await dial(this.socket);
			} catch (error) {
				if (Date.now() > end) {
					throw error;
				}
				await sleep(5);
			}
		}
	}

	/** Resolves when a request has been answered: by then everything that ended is settled. */
	async answers(): Promise<void> {
		const end = Date.now() + patience;
		for (;;) {
			const connection = await this.connect();
			try {
				await connection.call(['Ping']);
				return;
			} catch (error) {
				if (Date.now() > end) {
					throw error;
				}
			} finally {
				connection.close();
			}
		}
	}

	/** The rows of a request by column, from whichever daemon is there by then. */
	async rows(...fields: string[]): Promise<{ readonly [column: string]: string }[]> {
		for (;;) {
			const connection = await this.connect();
			try {
				const { columns, rows } = await connection.call(fields);
				return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? ''])));
			} catch {
				// It was hit while it answered.
			} finally {
				connection.close();
			}
		}
	}

	/** Sends a request, and waits until it is answered or the daemon that had it is gone. */
	async say(record: string): Promise<void> {
		const connection = await this.connect();
		await connection.call(splitRecord(record)).catch(() => {});
		connection.close();
	}

	/** The pid of one of archon's own two; undefined while there is none. */
	pidOf(what: 'daemon.cjs' | 'archon-log'): number | undefined {
		const keeper = this.#keeper?.pid;
		const children = read(`/proc/${keeper}/task/${keeper}/children`).trim().split(' ');
		const found = children.find(
			// Until its exec a child has the command line of the daemon that started it, and one thread.
			(pid) =>
				read(`/proc/${pid}/cmdline`).includes(what) &&
				(what !== 'daemon.cjs' || !read(`/proc/${pid}/status`).includes('\nThreads:\t1\n')),
		);
		return found === undefined || found === '' ? undefined : Number(found);
	}

	get keeper(): number {
		return this.#keeper?.pid ?? 0;
	}

	async close(isKept: boolean): Promise<void> {
		const keeper = this.#keeper;
		if (keeper !== undefined && keeper.exitCode === null) {
			keeper.kill('SIGTERM');
			await once(keeper, 'exit');
		}
		if (!isKept) {
			rmSync(this.directory, { recursive: true, force: true });
		}
	}
}

export function read(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
