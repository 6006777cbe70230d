import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { compiledOnce } from './compiled.ts';
import { Lines } from './lines.ts';
import { Puppet } from './puppet.ts';

const release = process.env['ARCHON_BIN_DIR'] ?? join(import.meta.dirname, '../../native/build/Release');

/** `through` is done by a shell that then becomes archond; `stderr` is a descriptor; `env` comes on top of what the stage needs. */
type Start = {
	program?: string;
	through?: string;
	args?: string[];
	env?: NodeJS.ProcessEnv;
	stderr?: number;
};

/** A real keeper whose daemon and archon-log are puppets, in directories of the running test's own. */
export class Stage {
	readonly directory: string;
	readonly socket: string;
	private readonly keepers: Keeper[] = [];
	private readonly puppets: Puppet[] = [];
	private readonly servers: Server[] = [];
	private readonly daemons: Arrivals;
	private readonly loggers: Arrivals;

	constructor(base = tmpdir()) {
		this.directory = mkdtempSync(join(base, 'archon-keeper-'));
		this.socket = this.path('run/archon.sock');
		for (const name of ['bin', 'state', 'log']) {
			mkdirSync(this.path(name));
		}
		const puppet = compiledOnce('puppet.c', 'puppet_ledger.c');
		for (const name of ['archond', 'archon-keeper']) {
			copyFileSync(join(release, name), this.path(`bin/${name}`));
		}
		copyFileSync(puppet, this.path('bin/archon-log'));
		copyFileSync(puppet, this.path('bin/node'));
		this.daemons = this.arrivals('state/control');
		this.loggers = this.arrivals('log/control');
		onTestFinished(() => this.strike());
	}

	path(name: string): string {
		return join(this.directory, name);
	}

	/** Starts archond with its directories here; what is given stands behind them and so wins. */
	start(more: Start = {}): Keeper {
		const here = ['--socket', this.socket, '--state-dir', this.path('state'), '--log-dir', this.path('log')];
		const program = more.program ?? this.path('bin/archond');
		const shell = `${more.through ?? ':'}; exec "$0" "$@"`;
		const child = spawn('/bin/sh', ['-c', shell, program, ...here, ...(more.args ?? [])], {
			cwd: this.directory,
			stdio: ['ignore', 'pipe', more.stderr ?? 'pipe'],
			env: {
				PATH: process.env['PATH'],
				ARCHON_NODE: this.path('bin/node'),
				ARCHON_DAEMON: this.path('bin/node'),
				...more.env,
			},
		});
		const keeper = new Keeper(child);
		this.keepers.push(keeper);
		return keeper;
	}

	/** A keeper whose daemon has said Hello. */
	async ready(more: Start = {}): Promise<{ keeper: Keeper; daemon: Puppet; logger: Puppet }> {
		const keeper = this.start(more);
		const { daemon, logger } = await this.both(keeper);
		await daemon.hello();
		return { keeper, daemon, logger };
	}

	/** The first two that this keeper starts; what it said instead, where it ends without them. */
	async both(keeper: Keeper): Promise<{ daemon: Puppet; logger: Puppet }> {
		const here = Promise.all([this.daemon(), this.logger()]);
		const ended = await Promise.race([here.then(() => undefined), keeper.ended]);
		if (ended !== undefined) {
			throw new Error(`archond ended with ${ended}: ${await keeper.err.next()}`);
		}
		const [daemon, logger] = await here;
		return { daemon, logger };
	}

	/** The next daemon that the keeper starts. */
	daemon(): Promise<Puppet> {
		return this.daemons.next();
	}

	logger(): Promise<Puppet> {
		return this.loggers.next();
	}

	/** Connects; nothing is read until `Lines` are made of it. */
	client(): Socket {
		const socket = connect({ path: this.socket, allowHalfOpen: true });
		socket.pause();
		socket.on('error', () => {}); // it may be refused or reset: a test sees that it ended
		onTestFinished(() => void socket.destroy());
		return socket;
	}

	private arrivals(name: string): Arrivals {
		const arrivals = new Arrivals();
		const server = createServer(async (socket) => {
			const puppet = await Puppet.greet(socket);
			this.puppets.push(puppet);
			arrivals.add(puppet);
		});
		server.listen(this.path(name));
		this.servers.push(server);
		return arrivals;
	}

	/** Ends what is still there: what puppets started while it is still the keeper's, then the keeper. */
	private async strike(): Promise<void> {
		for (const { child } of this.keepers) {
			for (const pid of this.puppets.flatMap((puppet) => puppet.started)) {
				if (parentOf(pid) === child.pid) {
					process.kill(pid, 'SIGKILL');
				}
			}
			if (child.exitCode === null && child.signalCode === null) {
				child.kill('SIGKILL');
				await once(child, 'exit');
			}
		}
		for (const server of this.servers) {
			server.close();
		}
		rmSync(this.directory, { recursive: true, force: true });
	}
}

/** A running archond: what it prints, and how it ends. */
export class Keeper {
	readonly child: ChildProcess;
	readonly out: Lines;
	/** Without what it says where the tests are on a disk: keeper-start.test.ts reads that. */
	readonly err: Lines;
	/** Its exit code, or the name of the signal that ended it. */
	readonly ended: Promise<number | string>;

	constructor(child: ChildProcess) {
		this.child = child;
		this.out = new Lines(child.stdout ?? Readable.from([]));
		this.err = new Lines(child.stderr ?? Readable.from([]), /^archond: \S+ is not in memory/);
		this.ended = new Promise((resolve) => {
			child.on('exit', (code, signal) => resolve(code ?? signal ?? ''));
		});
	}

	get pid(): number {
		return this.child.pid ?? 0;
	}
}

/** The parent of a process, or undefined when there is no such process (any more). */
export function parentOf(pid: number): number | undefined {
	try {
		const afterName = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '';
		return Number(afterName.split(' ')[1]);
	} catch {
		return undefined;
	}
}

class Arrivals {
	private readonly here: Puppet[] = [];
	private readonly awaited: ((puppet: Puppet) => void)[] = [];

	add(puppet: Puppet): void {
		const next = this.awaited.shift();
		if (next) {
			next(puppet);
		} else {
			this.here.push(puppet);
		}
	}

	next(): Promise<Puppet> {
		const puppet = this.here.shift();
		return puppet ? Promise.resolve(puppet) : new Promise((resolve) => this.awaited.push(resolve));
	}
}
