import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask, names, pidOf, status, written } from '../session/ask.ts';
import { crash, daemonPid } from './crash.ts';
import { Overlapping } from './overlapping.ts';
import { until } from './until.ts';

test('killed while the new one is not ready: the next daemon goes on with both', {
	timeout: 20_000,
}, async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	const { answer } = await web.restarting();
	await crash(archon);
	expect(await names(archon)).toEqual(['web', 'web@overlap']);
	expect(web.pids).toHaveLength(2);
	expect(await pidOf(archon, 'web')).toBe(old);
	const beside = await pidOf(archon, 'web@overlap');
	web.set('go');
	expect(await answer).toBe('Ok');
	expect(web.pids).toEqual([beside]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', pid: `${beside}`, restarts: '0' });
	expect(await names(archon)).toEqual(['web']);
});

test('killed before it hears that the new one is ready', { timeout: 20_000 }, async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	const beside = await pidOf(archon, 'web@overlap');
	await crash(archon, async () => {
		web.set('go');
		await setTimeout(100);
	});
	expect(await answer).toBe('Ok');
	expect(web.pids).toEqual([beside]);
	expect(await pidOf(archon, 'web')).toBe(beside);
});

test('killed while the old one is ending', { timeout: 20_000 }, async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	web.set('hold');
	const answer = ask(archon, 'Restart', 'web');
	await until(async () => (await pidOf(archon, 'web')) !== old);
	await crash(archon);
	expect(await status(archon, 'web@overlap')).toMatchObject({ state: 'stopping', pid: `${old}` });
	const now = await pidOf(archon, 'web');
	web.set('hold', false);
	expect(await answer).toBe('Ok');
	expect(web.pids).toEqual([now]);
	expect(await names(archon)).toEqual(['web']);
	expect(await written(archon, 'web')).toEqual(['hello', 'hello', 'bye']);
	// What is called as the process before was called is not in the way of the next.
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	expect(web.pids).toHaveLength(1);
	expect(web.pids).not.toEqual([now]);
});

test('killed before it hears that the new one has ended', { timeout: 20_000 }, async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	const { answer } = await web.restarting();
	await crash(archon, async () => {
		web.set('fail');
		await until(() => web.pids.length === 1);
	});
	expect(await answer).toMatch(
		/^Error,"""web"" was not restarted: its new process failed: ended with exit:3; /,
	);
	expect(web.pids).toEqual([old]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', pid: `${old}` });
});

test('killed after the old one has died by itself', { timeout: 20_000 }, async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	const { answer } = await web.restarting();
	const beside = await pidOf(archon, 'web@overlap');
	await crash(archon, async () => process.kill(old, 'SIGKILL'));
	await until(async () => (await pidOf(archon, 'web')) === beside);
	expect(await status(archon, 'web')).toMatchObject({ state: 'starting', last: 'signal:KILL' });
	web.set('go');
	expect(await answer).toBe('Ok');
	expect(web.pids).toEqual([beside]);
	expect(web.begun).toBe(2);
});

test('killed at any moment of it, exactly one is left', { timeout: 60_000 }, async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	for (let n = 0; n < 16; n++) {
		const before = web.pids;
		const answer = ask(archon, 'Restart', 'web');
		await setTimeout(n * 3);
		await crash(archon);
		expect(await answer).toBe('Ok');
		const now = web.pids;
		expect(now).toHaveLength(1);
		expect(now).not.toEqual(before);
		expect(await status(archon, 'web')).toMatchObject({ state: 'running', pid: `${now[0]}` });
		expect(await names(archon)).toEqual(['web']);
	}
});

test('an upgrade goes on with both', { timeout: 20_000 }, async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	const before = daemonPid(archon);
	expect(await ask(archon, 'Upgrade')).toBe('Ok');
	expect(daemonPid(archon)).not.toBe(before);
	const beside = await pidOf(archon, 'web@overlap');
	web.set('go');
	expect(await answer).toBe('Ok');
	expect(web.pids).toEqual([beside]);
	expect(await pidOf(archon, 'web')).toBe(beside);
});
