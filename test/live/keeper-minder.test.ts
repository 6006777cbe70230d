import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { beganAt, killMinder, minderOf, openIn } from './minder.ts';
import { type Keeper, parentOf, Stage } from './stage.ts';
import { isAlive } from './told.ts';
import { stop, until, zombie } from './until.ts';

const ended = 'archond: archon-minder ended with signal 9: starting it again';
const killed = 'archond: the daemon was ended by signal KILL: starting it again';

test('the next one replaces the daemon, and archon-log goes on', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	await killMinder(keeper.pid);
	await daemon.gone;
	expect(await keeper.err.next()).toBe(ended);
	const next = await stage.daemon();
	expect(await next.hello()).toBe('Ready');
	expect(await next.head()).toMatchObject({ daemon: next.pid, generation: 2, logger: logger.pid });
	expect(parentOf(logger.pid)).toBe(keeper.pid);
});

test('one that is killed at once is followed after the rest of a quarter of a second', async () => {
	const stage = new Stage();
	const { keeper } = await stage.ready();
	const second = await killMinder(keeper.pid);
	const began = beganAt(second);
	const third = await killMinder(keeper.pid);
	// Both are cut to what the kernel counts in.
	expect(beganAt(third) - began).toBeGreaterThanOrEqual(240);
});

test('daemons that go with it are no failures: no pause, and no safe mode', async () => {
	const stage = new Stage();
	let { keeper, daemon } = await stage.ready();
	for (let times = 0; times < 6; times++) {
		await killMinder(keeper.pid);
		expect(await keeper.err.next()).toBe(ended);
		daemon = await stage.daemon();
		const command = readFileSync(`/proc/${daemon.pid}/cmdline`, 'latin1');
		expect(command).not.toContain('--safe');
	}
	expect(await daemon.hello()).toBe('Ready');
});

test('HUP waits for the daemon that comes after it, which has read its files as they were before', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await killMinder(keeper.pid);
	await daemon.gone;
	const next = await stage.daemon();
	keeper.child.kill('SIGHUP');
	// Whatever it is told by now it was told before its Hello.
	expect(await next.signalAtHello()).toBe('HUP');
});

test('HUP is told to each daemon with its Hello until one has done it', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	keeper.child.kill('SIGHUP');
	expect(await daemon.order('signal')).toBe('HUP');
	await killMinder(keeper.pid);
	await daemon.gone;
	const next = await stage.daemon();
	expect(await next.signalAtHello()).toBe('HUP');
});

test('neither is the first one, before its Hello', async () => {
	const stage = new Stage();
	const keeper = stage.start();
	const daemon = await stage.daemon();
	await killMinder(keeper.pid);
	await daemon.gone;
	const next = await stage.daemon();
	// It is the first one all the same: what an archond before has left is not its own.
	expect((await next.head()).generation).toBe(1);
	expect(await next.hello()).toBe('Ready');
	expect(await keeper.out.next()).toBe(`archond: listening on ${stage.socket}`);
});

test('killed together with its daemon, it is followed by one that starts the next', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await withoutMinder(keeper, async () => {
		process.kill(daemon.pid, 'SIGKILL');
		await zombie(daemon.pid);
	});
	expect([await keeper.err.next(), await keeper.err.next()].toSorted()).toEqual([ended, killed]);
	const next = await stage.daemon();
	expect(await next.hello()).toBe('Ready');
	expect(await next.head()).toMatchObject({ generation: 2 });
});

test('what the daemon says while there is none is heard by the next', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await withoutMinder(keeper, () => daemon.send('Quit,7'));
	expect(await keeper.ended).toBe(7);
});

test('one that is stopped goes on', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const minder = await minderOf(keeper.pid);
	process.kill(minder, 'SIGSTOP');
	process.kill(daemon.pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe(killed);
	expect(await (await stage.daemon()).hello()).toBe('Ready');
	expect(await minderOf(keeper.pid)).toBe(minder);
});

test('so does an archon-log that is stopped, however often', async () => {
	const { logger } = await new Stage().ready();
	for (let times = 0; times < 20; times++) {
		process.kill(logger.pid, 'SIGSTOP');
		await logger.order('blocked'); // it stands still before it answers
	}
});

test('the end comes all the same, wherever in it the minder is killed', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	keeper.child.kill('SIGTERM');
	expect(await daemon.order('signal')).toBe('TERM');
	await killMinder(keeper.pid);
	// The next daemon is killed with its minder before it has said a word.
	const second = await stage.daemon();
	await killMinder(keeper.pid);
	await second.gone;
	const last = await stage.daemon();
	expect(await last.signalAtHello()).toBe('TERM');
	await logger.order('deaf');
	await last.send('Quit');
	last.exit(0);
	await last.gone;
	await killMinder(keeper.pid); // it waits for archon-log
	logger.exit(0);
	expect(await keeper.ended).toBe(0);
});

test('a TERM that comes while there is none is seen by the next', async () => {
	const stage = new Stage();
	const { keeper } = await stage.ready();
	await withoutMinder(keeper, () => keeper.child.kill('SIGTERM'));
	const next = await stage.daemon();
	expect(await next.signalAtHello()).toBe('TERM');
	await next.send('Quit');
	next.exit(0);
	expect(await keeper.ended).toBe(0);
});

test('TERM, INT and HUP do nothing to it, as it is the keeper that hears them', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const minder = await minderOf(keeper.pid);
	for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGPIPE'] as const) {
		process.kill(minder, signal);
	}
	process.kill(daemon.pid, 'SIGKILL'); // it still does what is its own to do
	expect(await keeper.err.next()).toBe(killed);
	expect(await (await stage.daemon()).hello()).toBe('Ready');
	expect(await minderOf(keeper.pid)).toBe(minder);
});

test('it ends with the keeper', async () => {
	const stage = new Stage();
	const { keeper } = await stage.ready();
	const minder = await minderOf(keeper.pid);
	keeper.child.kill('SIGKILL');
	await until(() => !isAlive(minder));
});

test('of what the keeper holds for others it has nothing open, neither has one that comes later', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const before = openIn(await minderOf(keeper.pid));
	const clients = [stage.client(), stage.client()];
	await daemon.take(0);
	await daemon.take(1);
	await daemon.send('Store,k5', 6);
	await daemon.send('Store,l5', 6, 6);
	await daemon.send('Take,k5');
	expect(await daemon.order('receive')).toBe('Fd,k5');
	const minder = await killMinder(keeper.pid);
	await (await stage.daemon()).hello();
	const open = openIn(minder);
	expect([...open.values()].filter((it) => it.startsWith(stage.path('state')))).toEqual([]);
	expect([...open.values()].filter((it) => it.startsWith(stage.path('log')))).toEqual([]);
	expect([...open.values()].filter((it) => it === stage.path('run/fifo'))).toEqual([]);
	expect([...open].toSorted()).toEqual([...before].toSorted());
	expect(clients).toHaveLength(2);
});

/** The minder is killed, and this happens before the keeper can do anything about it. */
async function withoutMinder({ child, pid }: Keeper, happens: () => unknown): Promise<void> {
	const minder = await minderOf(pid);
	await stop(pid);
	process.kill(minder, 'SIGKILL');
	await zombie(minder);
	await happens();
	child.kill('SIGCONT');
}
