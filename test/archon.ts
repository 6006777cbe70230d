import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { isRefusal } from '../src/base/refusal.ts';
import { type Connection, dial } from '../src/client/connection.ts';
import { findCgroups } from '../src/supervisor/cgroup-find.ts';
import { until } from './live/until.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A real archond on a socket of its own in a folder of its own; it ends with the test that started it. */
export class Archon {
	readonly directory: string;
	readonly keeper: ChildProcess;
	/** What the keeper and the daemon said, on both their outputs, but for where the run directory is: some tests' is on a disk. */
	said = '';

	private constructor(directory: string, keeper: ChildProcess) {
		this.directory = directory;
		this.keeper = keeper;
	}

	/** Starts one and waits until it listens. */
	static async start(
		directory = temporary(),
		env: NodeJS.ProcessEnv = {},
		more: readonly string[] = [],
		before: readonly string[] = [],
	): Promise<Archon> {
		const command = [...before, `${root}bin/archond`, ...argumentsIn(directory), ...more];
		const keeper = spawn(command[0] ?? '', command.slice(1), {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { PATH: process.env['PATH'], HOME: directory, ...env },
		});
		const archon = new Archon(directory, keeper);
		onTestFinished(async () => {
			await archon.end();
			await removeGroups(directory);
		});
		await new Promise<void>((resolve, reject) => {
			const hear = (bytes: Buffer) => {
				archon.said = `${archon.said}${bytes}`.replace(/^archond: \S+ is not in memory .*\n/m, '');
				if (archon.said.includes('listening on')) {
					resolve();
				}
			};
			keeper.stdout?.on('data', hear);
			keeper.stderr?.on('data', hear);
			keeper.once('exit', (code) => reject(new Error(`archond ended with ${code}: ${archon.said}`)));
		});
		return archon;
	}

	/** Starts one with this text as its configuration, in `archon.toml` of its folder. */
	static async configured(
		toml: string,
		directory = temporary(),
		rules: Readonly<Record<string, string>> = {},
	): Promise<Archon> {
		for (const [file, lua] of Object.entries(rules)) {
			writeRule({ directory }, file, lua);
		}
		writeFileSync(`${directory}/archon.toml`, toml);
		return await Archon.start(directory, {}, ['--config', `${directory}/archon.toml`]);
	}

	/** Starts one where cgroup v2 is mounted nowhere; that takes root, and elsewhere it is none the less without. */
	static async ungrouped(directory = temporary(), more: readonly string[] = []): Promise<Archon> {
		const unmount = `for at in $(sed -n 's/^\\([^ ]* \\)\\{4\\}\\([^ ]*\\) .* - cgroup2 .*/\\2/p' /proc/self/mountinfo); do
			umount -l "$at"; done; exec "$0" "$@"`;
		const before = process.getuid?.() === 0 ? ['unshare', '--mount', 'sh', '-c', unmount] : [];
		return await Archon.start(directory, {}, more, before);
	}

	/** Replaces its configuration; `Reload` reads it. */
	configure(toml: string): void {
		writeFileSync(`${this.directory}/archon.toml`, toml);
	}

	/** Writes a file into its rules folder; it is in force within a second, or at once by `Reload`. */
	rule(file: string, lua: string): void {
		writeRule(this, file, lua);
	}

	get socket(): string {
		return `${this.directory}/archon.sock`;
	}

	/** A connection that ends with the test. */
	async connect(): Promise<Connection> {
		const connection = await dial(this.socket);
		onTestFinished(() => connection.close());
		return connection;
	}

	/** Sends these bytes (latin1), shuts down the writing side as socat does, and returns every reply up to the end. */
	async say(bytes: string): Promise<string> {
		const socket = net.connect({ path: this.socket, allowHalfOpen: true });
		const chunks: string[] = [];
		socket.setEncoding('latin1').on('data', (chunk: string) => chunks.push(chunk));
		socket.end(bytes, 'latin1');
		await once(socket, 'close');
		return chunks.join('');
	}

	/** The replies as lines, without the last line break. */
	async lines(bytes: string): Promise<string[]> {
		const said = await this.say(bytes);
		return said === '' ? [] : said.slice(0, -1).split('\n');
	}

	/** Runs archonctl against it. */
	async ctl(args: readonly string[], input = '', env: NodeJS.ProcessEnv = {}): Promise<Ended> {
		const child = spawn(`${root}bin/archonctl`, ['--socket', this.socket, ...args], {
			env: { PATH: process.env['PATH'], ...env },
			cwd: this.directory,
		});
		child.stdin.on('error', () => {}).end(input);
		const [out, err, [code]] = await Promise.all([
			text(child.stdout),
			text(child.stderr),
			once(child, 'close'),
		]);
		return { out, err, code: code as number };
	}

	/** Ends it by TERM and waits until it is gone. */
	async end(): Promise<number | null> {
		if (this.keeper.exitCode === null && this.keeper.signalCode === null) {
			this.keeper.kill('SIGTERM');
			await once(this.keeper, 'exit');
		}
		return this.keeper.exitCode;
	}
}

function writeRule({ directory }: Pick<Archon, 'directory'>, file: string, lua: string): void {
	mkdirSync(`${directory}/rules`, { recursive: true });
	writeFileSync(`${directory}/rules/${file}`, lua);
}

export type Ended = { readonly out: string; readonly err: string; readonly code: number };

/** One that was killed leaves its control groups, and in them perhaps processes. */
async function removeGroups(directory: string): Promise<void> {
	const left = existsSync(directory)
		? findCgroups({ runDirectory: directory, processes: () => [] })
		: undefined;
	if (left !== undefined && !isRefusal(left)) {
		left.all.kill();
		await until(() => !left.all.isPopulated());
		left.close();
	}
}

/** A folder that is gone when the test has finished. */
export function temporary(base = tmpdir()): string {
	const directory = mkdtempSync(`${base}/archon-`);
	chmodSync(directory, 0o755);
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	return directory;
}

export function argumentsIn(directory: string): string[] {
	return [
		'--socket',
		`${directory}/archon.sock`,
		'--state-dir',
		`${directory}/state`,
		'--log-dir',
		`${directory}/log`,
	];
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
	let all = '';
	for await (const chunk of stream.setEncoding('utf8')) {
		all += chunk;
	}
	return all;
}
