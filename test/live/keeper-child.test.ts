import {
	closeSync,
	copyFileSync,
	openSync,
	readdirSync,
	readlinkSync,
	renameSync,
	statSync,
	writeSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { fullFifo } from './full-fifo.ts';
import { Stage } from './stage.ts';

test('a child of the keeper does not wait for whoever reads its messages either', async () => {
	const stage = new Stage();
	const { logger, daemon } = await stage.ready({ stderr: fullFifo(stage.path('full')) });
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
});

test('an archond that is overwritten in place changes nothing of what runs', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	const { ino } = statSync(stage.path('bin/archond'));
	copyFileSync('/bin/true', stage.path('bin/archond'));
	expect(statSync(stage.path('bin/archond')).ino).toBe(ino);
	process.kill(daemon.pid, 'SIGKILL');
	process.kill(logger.pid, 'SIGKILL');
	await stage.logger();
	expect(await (await stage.daemon()).hello()).toBe('Ready');
	expect(() => overwrite(keeper.pid)).toThrow(/EPERM|ETXTBSY/);
});

test('nor does one that is overwritten after an upgrade', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.send('Upgrade');
	daemon.exit(0);
	const next = await stage.daemon();
	await next.hello();
	copyFileSync('/bin/true', stage.path('bin/archond'));
	next.exit(1);
	expect(await (await stage.daemon()).hello()).toBe('Ready');
	expect(() => overwrite(keeper.pid)).toThrow(/EPERM|ETXTBSY/);
});

/** Writes to what the keeper runs its children from, and the minder is. */
function overwrite(keeper: number): void {
	const fds = readdirSync(`/proc/${keeper}/fd`).map((fd) => `/proc/${keeper}/fd/${fd}`);
	const held = fds.filter((fd) => readlinkSync(fd).startsWith('/memfd:archond '));
	expect(held).toHaveLength(1);
	const fd = openSync(held[0] ?? '', 'r+');
	try {
		writeSync(fd, 'x');
	} finally {
		closeSync(fd);
	}
}
