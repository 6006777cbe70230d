import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { client } from '../live/client.ts';
import { daemonPid } from '../live/crash.ts';
import { Told } from '../live/told.ts';
import { until } from '../live/until.ts';
import { ask, daemon } from './ask.ts';

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

test('that a signal asked for the end is its reason, to archond or to its daemon alone', async () => {
	for (const pidOf of [(archon: Archon) => archon.keeper.pid ?? 0, daemonPid]) {
		const archon = await Archon.start();
		const events = await archon.connect();
		await events.call(['Subscribe', 'types=daemon.stopping']);
		process.kill(pidOf(archon), 'SIGTERM');
		for await (const event of events.follow()) {
			expect(event.slice(3)).toEqual(['daemon.stopping', '-', 'reason=asked by a signal']);
			break;
		}
	}
});

test('what asks for the end while everything ends is told of no second time, and each Shutdown has its Ok', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	await daemon(
		archon,
		'slow',
		`trap 'echo asked > ${told.path}' TERM; echo up > ${told.path}; while :; do sleep 0.01; done`,
	);
	await told.next();
	const [events, one, other] = [await client(archon), await client(archon), await client(archon)];
	await events.say('Subscribe,types=daemon.stopping\n');
	await one.say('Shutdown\n');
	await told.next();
	await other.say('Shutdown\n');
	process.kill(daemonPid(archon), 'SIGTERM');
	await ask(archon, 'Ping');
	expect(await ask(archon, 'Stop', 'slow', '0s')).toBe('Ok');
	expect([await one.hear(2), await other.hear(2)]).toEqual(Array(2).fill(['Ok', undefined]));
	expect(await events.hear(3)).toEqual([
		'Ok',
		expect.stringMatching(/^Event,\d+,[^,]+,daemon\.stopping,-$/),
		undefined,
	]);
});

test('what is sent behind Shutdown is not carried out, and the connection ends', async () => {
	const archon = await Archon.start();
	const { say, hear } = await client(archon);
	await say(`Ping\nShutdown\nPing\nRun,"touch,${archon.directory}/behind"\n`);
	expect(await hear(3)).toEqual(['Ok', 'Ok', undefined]);
	expect(existsSync(`${archon.directory}/behind`)).toBe(false);
});

test('USR1 to the daemon does not open the inspector of Node', async () => {
	const archon = await Archon.start();
	const daemon = daemonPid(archon);
	const [, caught = ''] =
		/^SigCgt:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${daemon}/status`, 'latin1')) ?? [];
	expect((BigInt(`0x${caught}`) >> 9n) & 1n).toBe(0n);
	process.kill(daemon, 'SIGUSR1');
	const client = await archon.connect();
	expect((await client.call(['Run', 'true'])).final).toEqual({ tag: 'exit', code: 0 });
	expect(daemonPid(archon)).toBe(daemon);
});

test('HUP where the file is broken says that the configuration stays as it was, and what is wrong', async () => {
	const archon = await Archon.configured('');
	archon.configure('[service.a]\nrun = 3\n');
	archon.keeper.kill('SIGHUP');
	const said = `archond: the configuration stays as it was: ${archon.directory}/archon.toml:2: service.a.run: `;
	await until(() => archon.said.includes(said));
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
