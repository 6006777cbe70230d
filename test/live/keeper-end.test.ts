import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { killMinder, minderOf } from './minder.ts';
import { Stage } from './stage.ts';
import { until } from './until.ts';

test('TERM and INT come to the daemon as TERM, HUP as HUP', async () => {
	const { keeper, daemon } = await new Stage().ready();
	for (const [sent, seen] of [
		['SIGHUP', 'HUP'],
		['SIGTERM', 'TERM'],
		['SIGINT', 'TERM'],
	] as const) {
		keeper.child.kill(sent);
		expect(await daemon.order('signal')).toBe(seen);
	}
});

test('other signals do nothing', async () => {
	const { keeper, daemon } = await new Stage().ready();
	for (const signal of ['SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGTSTP', 'SIGALRM', 'SIGPIPE'] as const) {
		keeper.child.kill(signal);
	}
	keeper.child.kill('SIGHUP');
	expect(await daemon.order('signal')).toBe('HUP');
});

test('a daemon that takes over in the middle of a shutdown is told of it after its Hello', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	keeper.child.kill('SIGTERM');
	expect(await daemon.order('signal')).toBe('TERM');
	process.kill(daemon.pid, 'SIGKILL');
	const next = await stage.daemon();
	expect(await next.signalAtHello()).toBe('TERM');
});

test('a daemon that is killed in the middle of a shutdown before its Hello is followed by another', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.send('End,exit');
	process.kill(daemon.pid, 'SIGKILL');
	process.kill((await stage.daemon()).pid, 'SIGKILL');
	const last = await stage.daemon();
	expect(await last.signalAtHello()).toBe('TERM');
	await last.send('Quit');
	last.exit(0);
	expect(await keeper.ended).toBe(0);
});

test('one that ends then by itself is not, nor is the one in safe mode after five that were killed', async () => {
	const alone = 'archond: the daemon does not come up to end what runs: it is left alone';
	const killed = 'archond: the daemon was ended by signal KILL: starting it again';
	for (const times of [1, 5]) {
		const stage = new Stage();
		const { keeper, daemon } = await stage.ready();
		await daemon.send('End,exit');
		let next = daemon;
		for (let i = 0; i < times; i++) {
			process.kill(next.pid, 'SIGKILL');
			expect(await keeper.err.next()).toBe(killed);
			next = await stage.daemon();
		}
		if (times === 1) {
			next.exit(1);
		} else {
			expect(await keeper.err.next()).toMatch(/begins in safe mode$/);
			process.kill(next.pid, 'SIGKILL');
		}
		expect(await keeper.err.next()).toBe(alone);
		expect(await keeper.ended).toBe(1);
	}
});

test('one that cannot be started then is tried again', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const minder = await minderOf(keeper.pid);
	await daemon.send('End,exit');
	execFileSync('prlimit', ['--pid', `${minder}`, '--nofile=1:']);
	process.kill(daemon.pid, 'SIGKILL');
	await keeper.err.next();
	expect(await keeper.err.next()).toBe("archond: cannot make the daemon's channel: Too many open files");
	execFileSync('prlimit', ['--pid', `${minder}`, '--nofile=256:']);
	const next = await stage.daemon();
	expect(await next.signalAtHello()).toBe('TERM');
});

test('a code that is given before anything is stopped is that of archond where the last daemon has none', async () => {
	for (const [quit, code] of [
		['Quit', 7],
		['Quit,3', 3],
	] as const) {
		const stage = new Stage();
		const { keeper, daemon } = await stage.ready();
		for (const wrong of ['exit,256', 'exit,', 'exits', 'exi']) {
			await daemon.send(`End,${wrong}`);
			expect(await keeper.err.next()).toBe(
				`archond: ignored from the daemon: "End,${wrong}" with 0 descriptors`,
			);
		}
		await daemon.send('End,exit,7');
		process.kill(daemon.pid, 'SIGKILL');
		await (await stage.daemon()).hello();
		await killMinder(keeper.pid);
		const next = await stage.daemon();
		expect(await next.signalAtHello()).toBe('TERM');
		await next.send('End,exit');
		await next.send(quit);
		next.exit(0);
		expect(await keeper.ended).toBe(code);
	}
});

test('after Quit the end of the daemon is the end: code 0, archon-log told, socket and ledger gone', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	const client = stage.client();
	await daemon.take(0);
	await daemon.send('Quit');
	daemon.exit(0);
	expect(await text(client)).toBe('');
	expect(await keeper.ended).toBe(0);
	await logger.gone;
	expect([existsSync(stage.socket), existsSync(stage.path('run/ledger'))]).toEqual([false, false]);
	expect(await keeper.err.next()).toBeUndefined();
});

test('after Quit with a code from 0 to 255 it is that code; anything else is not known', async () => {
	for (const code of [0, 1, 255]) {
		const { keeper, daemon, logger } = await new Stage().ready();
		for (const wrong of ['256', '1000', '0255', '', '1x', '-1']) {
			await daemon.send(`Quit,${wrong}`);
			expect(await keeper.err.next()).toBe(
				`archond: ignored from the daemon: "Quit,${wrong}" with 0 descriptors`,
			);
		}
		await daemon.send(`Quit,${code}`);
		daemon.exit(0);
		expect(await keeper.ended).toBe(code);
		await logger.gone;
	}
});

test('how all is to end is for process 1 alone', async () => {
	const { keeper, daemon } = await new Stage().ready();
	await daemon.send('End,reboot');
	expect(await keeper.err.next()).toBe('archond: ignored from the daemon: "End,reboot" with 0 descriptors');
});

test('the keeper waits until archon-log has ended, its socket gone already', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	await logger.order('deaf');
	await daemon.send('Quit');
	daemon.exit(0);
	await until(() => !existsSync(stage.socket));
	expect(keeper.child.exitCode).toBeNull();
	logger.exit(0);
	expect(await keeper.ended).toBe(0);
});

test('an archon-log that does not end is killed after 5 s', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	await logger.order('deaf');
	const start = performance.now();
	await daemon.send('Quit');
	daemon.exit(0);
	expect(await keeper.ended).toBe(0);
	expect(performance.now() - start).toBeGreaterThanOrEqual(4990);
});

test('a daemon that ends before it was ready ends archond with its code and a reason', async () => {
	const stage = new Stage();
	const keeper = stage.start();
	const logger = await stage.logger();
	(await stage.daemon()).exit(7);
	expect(await keeper.err.next()).toBe('archond: the daemon ended with code 7 before it was ready');
	expect(await keeper.ended).toBe(7);
	await logger.gone;
	expect(existsSync(stage.socket)).toBe(false);
});

test('who asks for the end while a failed start ends all does not make it one that went well', async () => {
	const stage = new Stage();
	const keeper = stage.start();
	const { daemon, logger } = await stage.both(keeper);
	await logger.order('deaf');
	daemon.exit(7);
	expect(await keeper.err.next()).toBe('archond: the daemon ended with code 7 before it was ready');
	keeper.child.kill('SIGTERM');
	logger.exit(0);
	expect(await keeper.ended).toBe(7);
});

test('one that is killed before it was ready ends archond with 1', async () => {
	const stage = new Stage();
	const keeper = stage.start();
	process.kill((await stage.daemon()).pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe('archond: the daemon was ended by signal KILL before it was ready');
	expect(await keeper.ended).toBe(1);
});

test('a Node that the system cannot load is told with the package it may need', async () => {
	const stage = new Stage();
	const keeper = stage.start();
	(await stage.daemon()).exit(127);
	expect(await keeper.err.next()).toBe(
		`archond: ${stage.path('bin/node')} did not run: on Debian it may need libatomic1 (apt-get install libatomic1)`,
	);
	expect(await keeper.ended).toBe(1);
});

test('a daemon that hangs before its Hello is ended by TERM, and archond with it', async () => {
	const stage = new Stage();
	const keeper = stage.start();
	const daemon = await stage.daemon();
	keeper.child.kill('SIGTERM');
	expect(await daemon.order('signal')).toBe('TERM');
	daemon.exit(0);
	expect(await keeper.ended).toBe(0);
	expect(await keeper.err.next()).toBeUndefined();
});
