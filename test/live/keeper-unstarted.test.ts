import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { minderOf } from './minder.ts';
import { type Keeper, Stage } from './stage.ts';

const unstarted = "archond: cannot make the daemon's channel: Too many open files";

/** What is to end all cannot be started, so many times. */
async function failing(times: number): Promise<{ stage: Stage; keeper: Keeper; relent: () => void }> {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const minder = await minderOf(keeper.pid);
	const limit = (most: number) => execFileSync('prlimit', ['--pid', `${minder}`, `--nofile=${most}:`]);
	await daemon.send('End,exit');
	limit(1);
	process.kill(daemon.pid, 'SIGKILL');
	await keeper.err.next();
	for (let i = 0; i < times; i++) {
		expect(await keeper.err.next()).toBe(unstarted);
	}
	return { stage, keeper, relent: () => limit(256) };
}

test('where none can be started to end all, what runs is left alone, and that is said', async () => {
	const { keeper } = await failing(5);
	expect(await keeper.err.next()).toBe(
		'archond: the daemon does not come up to end what runs: it is left alone',
	);
	expect(await keeper.ended).toBe(1);
});

test('one that is killed after some that could not be started is followed by another', async () => {
	const { stage, keeper, relent } = await failing(4);
	relent();
	process.kill((await stage.daemon()).pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe('archond: the daemon was ended by signal KILL: starting it again');
	expect(await keeper.err.next()).toMatch(/begins in safe mode$/);
	const next = await stage.daemon();
	expect(await next.signalAtHello()).toBe('TERM');
});
