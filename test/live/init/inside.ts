import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished, test } from 'vitest';
import { type Connection, dial } from '../../../src/client/connection.ts';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Tests of process 1 need root, for a PID namespace; elsewhere they are skipped, and vitest says so. */
export const asRoot = test.skipIf(process.getuid?.() !== 0);

type Start = {
	toml?: string;
	options?: readonly string[];
	directory?: string;
	/** In front of archond, inside the namespace: it has to exec. */
	before?: readonly string[];
	stdin?: 'ignore' | 'pipe';
	/** Options of unshare(1). */
	namespace?: readonly string[];
};

/** archond as process 1 of a PID namespace of its own; all of it ends with the test. */
export class Inside {
	readonly directory: string;
	readonly unshare: ChildProcess;
	/** What was said on standard output and error, by archond and what shares them. */
	said = '';
	/** How the namespace ended: the exit code, or the signal by which reboot(2) ends it. */
	readonly ended: Promise<number | string>;

	private constructor(directory: string, unshare: ChildProcess) {
		this.directory = directory;
		this.unshare = unshare;
		this.ended = once(unshare, 'close').then(([code, signal]) => code ?? signal);
		for (const stream of [unshare.stdout, unshare.stderr]) {
			stream?.on('data', (bytes: Buffer) => {
				this.said += bytes.toString();
			});
		}
		onTestFinished(async () => {
			unshare.kill('SIGKILL'); // --kill-child: and with it all that is inside
			await this.ended;
		});
	}

	/** Starts one without waiting for anything. */
	static begin({
		toml,
		options = [],
		before = [],
		stdin = 'ignore',
		namespace = usual,
		...more
	}: Start = {}): Inside {
		const { directory = temporary() } = more;
		if (toml !== undefined) {
			writeFileSync(`${directory}/archon.toml`, toml);
		}
		const command = [...before, `${root}bin/archond`, '--init', ...placesIn(directory, toml), ...options];
		return new Inside(directory, unshared([...namespace, ...command], stdin));
	}

	/** Any command line as process 1, with something to read; `more`: further options of unshare(1). */
	static raw(command: readonly string[], more: readonly string[] = []): Inside {
		return new Inside('', unshared([...usual, ...more, ...command], 'pipe'));
	}

	/** Runs a program in the namespaces, as nobody's child there; what it said on both outputs. */
	async run(command: readonly string[]): Promise<string> {
		const child = spawn('nsenter', ['--target', `${this.pid}`, '--pid', '--mount', '--', ...command], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let said = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.on('data', (bytes: Buffer) => {
				said += bytes.toString();
			});
		}
		await once(child, 'close');
		return said;
	}

	/** Starts one and waits until it listens. */
	static async start(of: Start = {}): Promise<Inside> {
		const inside = Inside.begin(of);
		let isOver = false;
		void inside.ended.then(() => {
			isOver = true;
		});
		await until(() => isOver || inside.said.includes('listening on'));
		if (isOver) {
			throw new Error(`archond ended with ${await inside.ended}: ${inside.said}`);
		}
		return inside;
	}

	/** Process 1 of the namespace, as seen from here. */
	get pid(): number {
		return childrenOf(this.unshare.pid ?? 0)[0] ?? 0;
	}

	/** A process of the namespace as seen from here, by its pid inside. */
	outside(inner: number): number {
		const found = [this.pid, ...descendantsOf(this.pid)].find((pid) => innerPid(pid) === inner);
		if (found === undefined) {
			throw new Error(`there is no process ${inner}`);
		}
		return found;
	}

	async connect(): Promise<Connection> {
		const connection = await dial(`${this.directory}/archon.sock`);
		onTestFinished(() => connection.close());
		return connection;
	}

	/** One request; its final reply as on the wire, or its rows. */
	async ask(...record: string[]): Promise<readonly (readonly string[])[] | string> {
		const { rows, final } = await (await this.connect()).call(record);
		return final.tag === 'error' ? final.reason : rows.length > 0 ? rows : final.tag;
	}

	/** The state in `Status`; '' when it is not there. */
	async state(name: string): Promise<string> {
		const rows = await this.ask('Status', name);
		return typeof rows === 'string' ? '' : (rows[0]?.[2] ?? '');
	}
}

function unshared(args: readonly string[], stdin: 'ignore' | 'pipe'): ChildProcess {
	return spawn('unshare', args, { stdio: [stdin, 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } });
}

const usual = ['--pid', '--fork', '--mount-proc', '--kill-child'];

/** Places of archond in a folder. */
export function placesIn(directory: string, toml?: string): string[] {
	return [
		...['--socket', `${directory}/archon.sock`, '--state-dir', `${directory}/state`],
		...[
			'--log-dir',
			`${directory}/log`,
			...(toml === undefined ? [] : ['--config', `${directory}/archon.toml`]),
		],
	];
}

function childrenOf(pid: number): number[] {
	try {
		return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

function descendantsOf(pid: number): number[] {
	return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

function innerPid(pid: number): number | undefined {
	try {
		const [, pids = ''] = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
		return Number(pids.split('\t').at(-1));
	} catch {
		return undefined;
	}
}
