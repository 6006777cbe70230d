import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Stage } from './stage.ts';

test('a child of the keeper does not wait for whoever reads its messages either', async () => {
	const stage = new Stage();
	execFileSync('mkfifo', [stage.path('full')]);
	const fd = openSync(stage.path('full'), constants.O_RDWR | constants.O_NONBLOCK);
	expect(() => {
		for (;;) {
			writeSync(fd, 'x'.repeat(4096));
		}
	}).toThrow('EAGAIN');
	const blocking = openSync(stage.path('full'), constants.O_RDWR);
	const { logger, daemon } = await stage.ready({ stderr: blocking });
	renameSync(stage.path('bin/archon-log'), stage.path('bin/away'));
	const before = await daemon.head();
	process.kill(logger.pid, 'SIGKILL');
	// Two that cannot run it, one after the other: the first did not stay.
	const tried = new Set([before['logger']]);
	while (tried.size < 3) {
		tried.add((await daemon.head())['logger']);
	}
	renameSync(stage.path('bin/away'), stage.path('bin/archon-log'));
	expect((await stage.logger()).pid).toBe((await daemon.head())['logger']);
	closeSync(fd);
	closeSync(blocking);
});
