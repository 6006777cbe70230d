import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, dial } from '../src/client/connection.ts';
import { build } from './built.ts';
import { configuration, type Paths, rules, servers } from './cast.ts';
import { crewOf, isMinded, type Member, type Part, pidOf } from './crew.ts';
import { Knocks } from './knocks.ts';
import { Listeners } from './listeners.ts';
import { Mount } from './mount.ts';
import { Record } from './record.ts';
import { Strangers } from './strangers.ts';
import { list, opened } from './system.ts';

const archond = join(import.meta.dirname, '../bin/archond');

const shm = '/dev/shm';

function isInMemory(path: string): boolean {
	return existsSync(path) && statfsSync(path).type === 0x01021994;
}

/** How long what was hit may take to be back, milliseconds. */
const patience = 120_000;

export type Row = { readonly [column: string]: string };

/** An archond with the cast of the torture, in a folder of its own. */
export class Stage {
	readonly directory = mkdtempSync(join(tmpdir(), 'archon-torture-'));
	/** In memory, where there is such a place: only there a keeper's ledger outlives it. */
	readonly #runDirectory = isInMemory(shm) ? mkdtempSync(join(shm, 'archon-torture-')) : this.directory;
	readonly record = new Record(join(this.directory, 'record'));
	readonly #host = `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(1, 255)}`;
	readonly listeners = new Listeners(join(this.directory, 'notes'));
	readonly strangers = new Strangers();
	/** Who connects to services all the time. */
	readonly knocks = new Knocks(this.#host);
	#keeper: ChildProcess | undefined;
	#mount: Mount | undefined;
	/** What archond said. */
	said = '';
	/** What the one that there is said first. */
	#begun = '';

	get socket(): string {
		return join(this.#runDirectory, 'archon.sock');
	}

	/** Whether another archond finds again what lives on when the keeper is killed. */
	get outlives(): boolean {
		return isInMemory(this.#runDirectory);
	}

	get paths(): Paths {
		const { directory } = this;
		return {
			directory,
			record: join(directory, 'record'),
			said: join(directory, 'said'),
			programs: directory,
			notes: join(directory, 'notes'),
			host: this.#host,
			hung: this.#mount && join(this.#mount.path, 'program'),
		};
	}

	/** Where archon-log writes. */
	get logs(): string {
		return join(this.directory, 'log');
	}

	async open(): Promise<void> {
		this.#mount = await Mount.on(join(this.directory, 'mount'));
		writeFileSync(this.paths.record, '');
		mkdirSync(this.paths.said);
		mkdirSync(this.paths.notes);
		build(this.paths.programs);
		mkdirSync(join(this.directory, 'rules'));
		for (const [file, lua] of Object.entries(rules(this.paths))) {
			writeFileSync(join(this.directory, 'rules', file), lua);
		}
		writeFileSync(join(this.directory, 'archon.toml'), configuration(this.paths));
		this.begin();
		for (const name of servers.keys()) {
			await this.rows('Wait', name, 'running');
		}
		this.knocks.begin();
	}

	/** Starts an archond. */
	begin(): void {
		this.#begun = '';
		const where = ['state-dir:state', 'log-dir:log', 'config:archon.toml', 'rules:rules'];
		const args = where.flatMap((it) => {
			const [option, path] = it.split(':') as [string, string];
			return [`--${option}`, join(this.directory, path)];
		});
		const stdio = ['ignore', 'pipe', 'pipe'] as const;
		this.#keeper = spawn(archond, ['--socket', this.socket, ...args], { stdio: [...stdio] });
		for (const stream of [this.#keeper.stdout, this.#keeper.stderr]) {
			stream?.on('data', (bytes: Buffer) => {
				this.said = (this.said + bytes.toString()).slice(-65_536);
				this.#begun = (this.#begun + bytes.toString()).slice(0, 65_536);
			});
		}
	}

	/** Kills the keeper; resolves when it is gone. */
	async behead(): Promise<void> {
		const keeper = this.#keeper;
		if (keeper !== undefined && keeper.exitCode === null && keeper.signalCode === null) {
			keeper.kill('SIGKILL');
			await once(keeper, 'exit');
		}
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

	/**
	 * Resolves when a request has been answered, by a daemon that is there to stay: by then everything that ended is
	 * settled. A minder that comes after another kills the daemon that is there.
	 */
	async answers(): Promise<void> {
		const end = Date.now() + patience;
		while (!isMinded(this.#keeper?.pid)) {
			if (Date.now() > end) {
				throw new Error('there is no minder that has started the daemon that there is');
			}
			await sleep(5);
		}
		await this.#asked(['Ping']);
	}

	/** The rows of a request by column, from whichever daemon is there by then. Rejects when it is refused. */
	async rows(...fields: string[]): Promise<Row[]> {
		const { final, columns, rows } = await this.#asked(fields);
		if (final.tag === 'error') {
			throw new Error(`${fields.join(',')}: ${final.reason}`);
		}
		return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? ''])));
	}

	async #asked(fields: string[]) {
		const end = Date.now() + patience;
		for (;;) {
			const connection = await this.connect();
			try {
				return await connection.call(fields);
			} catch (error) {
				// It was hit while it answered.
				if (Date.now() > end) {
					throw error;
				}
			} finally {
				connection.close();
			}
		}
	}

	/** The pid of one of archon's own three; undefined while there is none. */
	pidOf(part: Part): number | undefined {
		return pidOf(this.#keeper?.pid, part);
	}

	/** Archon's own three, and whoever was started ahead for one of them. */
	get crew(): readonly Member[] {
		return crewOf(this.#keeper?.pid);
	}

	/** Whether the archond that there is has said that it killed an archon-log which came to no end. */
	get hasKilledLogger(): boolean {
		return this.#begun.includes('the archon-log of the archond before does not end: killing it');
	}

	/** Whether there is an archon-log, and it has opened what it is to read. */
	get isLogged(): boolean {
		const pid = this.pidOf('archon-log');
		return pid !== undefined && opened(pid).some((path) => path.startsWith(this.#fifos));
	}

	/** The names of those whose pipes archon-log has not opened yet. */
	unopened(): ReadonlySet<string> {
		const known = new Set(opened(this.pidOf('archon-log') ?? 0));
		const missing = list(this.#fifos).filter((entry) => !known.has(join(this.#fifos, entry)));
		return new Set(missing.map((entry) => entry.split('.')[2] ?? ''));
	}

	get #fifos(): string {
		return join(this.#runDirectory, 'fifo');
	}

	/** Ends it, by TERM first. */
	async close(isKept: boolean): Promise<void> {
		this.knocks.end();
		this.strangers.end();
		const keeper = this.#keeper;
		if (keeper !== undefined && keeper.exitCode === null && keeper.signalCode === null) {
			const timer = setTimeout(() => keeper.kill('SIGKILL'), patience);
			keeper.kill('SIGTERM');
			await once(keeper, 'exit');
			clearTimeout(timer);
		}
		await this.#mount?.end();
		if (!isKept) {
			rmSync(this.directory, { recursive: true, force: true });
			rmSync(this.#runDirectory, { recursive: true, force: true });
		}
	}
}
