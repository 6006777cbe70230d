import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Shutdown stops daemons and runs, replies, and archond exits with 0', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const runner = await archon.connect();
	const events = await archon.connect();
	await events.call(['Subscribe', 'types=process.started', 'names=job']);
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	const pid = (await client.call(['Status', 'web'])).rows[0]?.[3];
	const ended = runner.call(['Run', 'sleep,1000', 'ARCHON_NAME=job']);
	for await (const _ of events.follow()) {
		break;
	}
	const exited = once(archon.keeper, 'exit');
	expect((await client.call(['Shutdown'])).final).toEqual({ tag: 'ok' });
	expect((await ended).final).toEqual({ tag: 'exit', code: 143 });
	expect(await exited).toEqual([0, null]);
	expect([existsSync(`/proc/${pid}`), existsSync(archon.socket)]).toEqual([false, false]);
});

test('TERM and INT to archond are Shutdown', async () => {
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		const archon = await Archon.start();
		const client = await archon.connect();
		await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
		const exited = once(archon.keeper, 'exit');
		archon.keeper.kill(signal);
		expect(await exited).toEqual([0, null]);
	}
});

test('HUP to archond harms nothing', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	archon.keeper.kill('SIGHUP');
	expect((await client.call(['Ping'])).final).toEqual({ tag: 'ok' });
	expect((await client.call(['Run', 'true'])).final).toEqual({ tag: 'exit', code: 0 });
});

test('Shutdown leaves a foreign process alone', async () => {
	const archon = await Archon.start();
	const outside = (await import('node:child_process')).spawn('sleep', ['1000']);
	expect((await archon.ctl(['monitor-fd', '--pid', String(outside.pid)])).code).toBe(0);
	expect((await archon.ctl(['shutdown'])).code).toBe(0);
	await archon.end();
	expect(outside.exitCode).toBeNull();
	outside.kill();
	expect(await once(outside, 'exit')).toEqual([null, 'SIGTERM']);
});
