import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';

/** A program of a name that nobody else on the machine has: its path. */
export function program(name: string, of = '/bin/sleep'): string {
	const path = `${temporary()}/${name}`;
	copyFileSync(of, path);
	return path;
}

export type Running = ChildProcess & { readonly pid: number };

/** One of that name that runs until the test is over. */
export async function sleeping(name = 'archon-test'): Promise<Running> {
	const child = spawn(program(name), ['60'], { stdio: 'ignore' }) as Running;
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	await once(child, 'spawn');
	// Whoever started it hears of its exec a little before that is over.
	await until(() => readFileSync(`/proc/${child.pid}/cmdline`, 'latin1') !== '');
	return child;
}

/** Ends it and waits until it was reaped. */
export async function end(child: ChildProcess): Promise<void> {
	child.kill('SIGKILL');
	await once(child, 'exit');
}

/** A pid that no process has: beyond the most that Linux gives. */
export const nobody = 2 ** 22 + 1;
