import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import {
	allPids,
	isInFirstNamespace,
	isRunning,
	programOf,
	seen,
	ticksSinceBoot,
} from '../../../src/sources/proc.ts';
import { zombie } from '../until.ts';
import { nobody, sleeping } from './program.ts';

function python(script: string, ...more: readonly string[]) {
	return spawn('python3', ['-c', script, ...more], { stdio: ['pipe', 'pipe', 'ignore'] });
}

test('a process is seen with its parent, its time and its program', async () => {
	const before = ticksSinceBoot();
	const child = await sleeping('archon) S 1 (x');
	const it = seen(child.pid);
	expect(it).toEqual({
		pid: child.pid,
		comm: 'archon) S 1 (x',
		parent: process.pid,
		started: expect.any(Number),
		isDead: false,
		isForkAlone: false,
	});
	expect(it?.started).toBeGreaterThanOrEqual(before);
	expect(it?.started).toBeLessThanOrEqual(ticksSinceBoot());
	expect(allPids()).toContain(child.pid);
	const about = programOf(child.pid);
	expect(about).toEqual({ uid: process.getuid?.(), exe: child.spawnfile, command: `${child.spawnfile} 60` });
});

test('a command is told up to its 256th byte, bytes as they are', async () => {
	const child = python('print(flush=True); import sys; sys.stdin.read(1)', 'é', 'x'.repeat(300));
	await once(child.stdout, 'data');
	const { command = '' } = programOf(child.pid ?? 0);
	child.stdin.end();
	expect(command).toHaveLength(256);
	expect(command).toContain(' Ã© xxx');
});

test('what is gone is not seen; of a zombie only its name and its end', async () => {
	expect([seen(nobody), programOf(nobody)]).toEqual([
		undefined,
		{ uid: undefined, exe: undefined, command: undefined },
	]);
	const parent = python(
		'import os, time\npid = os.fork()\nif pid == 0: os._exit(3)\nprint(pid, flush=True); time.sleep(60)',
	);
	onTestFinished(() => {
		parent.kill('SIGKILL');
	});
	const pid = Number(String((await once(parent.stdout, 'data'))[0]));
	await zombie(pid);
	const it = seen(pid);
	expect([it?.isDead, it && isRunning(it), it?.parent]).toEqual([true, false, parent.pid]);
	expect(programOf(pid)).toEqual({ uid: process.getuid?.(), exe: undefined, command: undefined });
});

test('one that has only forked runs no program of its own', async () => {
	const child = python('import os, sys\npid = os.fork()\nif pid: print(pid, flush=True)\nsys.stdin.read(1)');
	onTestFinished(() => void child.stdin.end());
	const it = seen(Number(String((await once(child.stdout, 'data'))[0])));
	expect([it?.parent, it?.isForkAlone, it && isRunning(it)]).toEqual([child.pid, true, false]);
	expect(seen(child.pid ?? 0)?.isForkAlone).toBe(false);
});

test('here or elsewhere: our pids are those of the kernel, or not', () => {
	expect(typeof isInFirstNamespace()).toBe('boolean');
});
