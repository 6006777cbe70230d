import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';

const release = path.join(import.meta.dirname, '../../native/build/Release');

/** The program under test; `$ARCHON_BIN_DIR` names another folder of builds, those with sanitizers. */
export const archonctl = path.join(process.env['ARCHON_BIN_DIR'] ?? release, 'archonctl');

export type Result = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Options = {
	readonly socket?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	readonly input?: string;
};

/** Runs it to its end. */
export async function ctl(args: readonly string[], options: Options = {}): Promise<Result> {
	const child = start(args, options);
	child.stdin.end(options.input ?? '', 'latin1');
	return await resultOf(child);
}

/** Starts it; what still runs when the test ends is killed. */
export function start(args: readonly string[], { socket, env = {}, cwd }: Options = {}): Child {
	const child = spawn(archonctl, args, {
		cwd,
		env: { PATH: process.env['PATH'], ...(socket === undefined ? {} : { ARCHON_SOCKET: socket }), ...env },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	child.stdin.on('error', () => {});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	return child;
}

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Everything it wrote, as text, once it has ended; a signal that ended it is 128+N as in a shell. */
export async function resultOf(child: Child): Promise<Result> {
	const [stdout, stderr, [code, signal]] = await Promise.all([
		textOf(child.stdout),
		textOf(child.stderr),
		once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
	]);
	return { code: signal === null ? code : null, stdout, stderr };
}

async function textOf(stream: Readable): Promise<string> {
	let text = '';
	for await (const chunk of stream.setEncoding('utf8')) {
		text += chunk;
	}
	return text;
}
