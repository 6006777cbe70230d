import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';

/** A descriptor of a FIFO at that path that is full and that nobody reads: whoever writes into it waits. */
export function fullFifo(path: string): number {
	execFileSync('mkfifo', [path]);
	const filling = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
	expect(() => {
		for (;;) {
			writeSync(filling, 'x'.repeat(4096));
		}
	}).toThrow('EAGAIN');
	const blocking = openSync(path, constants.O_RDWR);
	onTestFinished(() => [filling, blocking].forEach(closeSync));
	return blocking;
}
