import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { isKernelThread, startedAt } from '../../src/supervisor/proc-stat.ts';

/** No process has it. */
const none = 2_147_483_647;

test('a process started when it was started; of none nothing is known', () => {
	const before = Date.now();
	const child = spawn('sleep', ['60']);
	onTestFinished(() => void child.kill('SIGKILL'));
	const started = startedAt(child.pid ?? 0);
	// The kernel counts in hundredths of a second.
	expect(started).toBeGreaterThan(before - 20);
	expect(started).toBeLessThanOrEqual(Date.now());
	expect(startedAt(none)).toBeUndefined();
});

test('a process is no thread of the kernel, nor is none', () => {
	expect([process.pid, 1, none].map(isKernelThread)).toEqual([false, false, false]);
});

test.skipIf(!isKthreadd(2))('the one that makes the others is a thread of the kernel', () => {
	expect(isKernelThread(2)).toBe(true);
});

/** Within a namespace there is none. */
function isKthreadd(pid: number): boolean {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'latin1') === 'kthreadd\n';
	} catch {
		return false;
	}
}
