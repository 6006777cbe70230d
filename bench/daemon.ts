import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { archond, freshDirectory } from './place.ts';
import { bare } from './program.ts';

/** An archond of our own, on a socket, state and logs of its own. */
export type Daemon = AsyncDisposable & { readonly socket: string; readonly keeper: number };

/** The options that put everything archond keeps into `directory`; its journal and logs into `disk` where that is given. */
export function archondOptions(directory: string, disk = directory): readonly string[] {
	const [state, log] = [join(disk, 'state'), join(disk, 'log')];
	return ['--socket', join(directory, 'archon.sock'), '--state-dir', state, '--log-dir', log];
}

/** Starts one, with further options, and waits for its first answer; disposing it sends TERM and waits for its end. */
export async function startDaemon(...more: readonly string[]): Promise<Daemon> {
	const directory = await freshDirectory();
	const socket = join(directory.path, 'archon.sock');
	const child = spawn(archond, [...archondOptions(directory.path), ...more], {
		env: bare,
		stdio: ['ignore', 'ignore', 'inherit'],
	});
	await answered(socket, child);
	return {
		socket,
		keeper: child.pid ?? 0,
		[Symbol.asyncDispose]: async () => {
			await stop(child);
			await directory[Symbol.asyncDispose]();
		},
	};
}

/** The Node process under a keeper. */
export async function nodeOf(keeper: number): Promise<number> {
	for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
		const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
		const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
		if (status.includes(`\nPPid:\t${keeper}\n`) && command.includes('daemon.cjs')) {
			return Number(pid);
		}
	}
	throw new Error('archond has no daemon');
}

async function answered(socket: string, child: ChildProcess): Promise<void> {
	for (const patience = Date.now() + 10_000; Date.now() < patience; await delay(10)) {
		if (child.exitCode !== null) {
			throw new Error(`archond ended with ${child.exitCode}`);
		}
		if ((await ask(socket, 'Ping')) === 'Ok\n') {
			return;
		}
	}
	child.kill('SIGKILL');
	throw new Error('archond did not answer a Ping within 10 s');
}

async function ask(socket: string, request: string): Promise<string | undefined> {
	const connection = connect(socket);
	try {
		await once(connection, 'connect');
		connection.write(`${request}\n`);
		return String((await once(connection, 'data'))[0]);
	} catch {
		return undefined;
	} finally {
		connection.destroy();
	}
}

async function stop(child: ChildProcess): Promise<void> {
	const gone = once(child, 'exit');
	if (child.exitCode !== null || child.signalCode !== null) {
		throw new Error('archond ended by itself');
	}
	child.kill('SIGTERM');
	const late = setTimeout(() => {
		console.error('archond did not end within 30 s of TERM: killed');
		child.kill('SIGKILL');
	}, 30_000);
	await gone;
	clearTimeout(late);
}
