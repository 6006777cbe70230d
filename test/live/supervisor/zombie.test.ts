import { spawn } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { statusOfZombie } from '../../../src/supervisor/zombie.ts';
import { Lines } from '../lines.ts';
import { zombie } from '../until.ts';

/** The pid of a child of somebody who does not reap it, that ends by this shell command, as this user. */
async function unreaped(command: string, before: readonly string[] = []): Promise<number> {
	const script =
		'import os, sys, time; p = os.fork()\nif p == 0: os.execvp("sh", ["sh", "-c", sys.argv[1]])\nprint(p, flush=True)\ntime.sleep(60)';
	const [program = '', ...args] = [...before, 'python3', '-c', script, command];
	const parent = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	onTestFinished(() => void parent.kill('SIGKILL'));
	const pid = Number(await new Lines(parent.stdout).next());
	await zombie(pid);
	return pid;
}

test('the status of one that nobody has reaped is its exit code, its signal, and whether it dumped core', async () => {
	expect(statusOfZombie(await unreaped('exit 42'))).toBe(42 << 8);
	expect(statusOfZombie(await unreaped('exit 0'))).toBe(0);
	expect(statusOfZombie(await unreaped('kill -TERM $$'))).toBe(15);
});

test('one that lives, or is not there, has none', () => {
	expect(statusOfZombie(process.pid)).toBe(-1);
	expect(statusOfZombie(2 ** 30)).toBe(-1);
});
