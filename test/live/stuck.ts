import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { compiled } from './compiled.ts';
import { Lines } from './lines.ts';

export function canMount(): boolean {
	try {
		accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
		return process.getuid?.() === 0;
	} catch {
		return false;
	}
}

/** Has nobody be answered any more who looks into a directory, until its input ends. */
export async function mount(directory: string): Promise<ChildProcess> {
	const child = spawn(compiled('stuck.c'), [directory], { stdio: ['pipe', 'pipe', 'inherit'] });
	onTestFinished(() => letGo(child));
	expect(await new Lines(child.stdout).next()).toBe('mounted');
	return child;
}

/** Resolves when nothing is mounted there any more. */
export async function letGo(child: ChildProcess): Promise<void> {
	if (child.exitCode === null) {
		const ended = once(child, 'exit');
		child.stdin?.end();
		child.kill('SIGCONT');
		await ended;
	}
}
