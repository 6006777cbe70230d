import { realpathSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { ArchonError, type Archon as Client, connect, NoDaemonError } from '../../../src/client/archon.ts';
import { Archon } from '../../archon.ts';
import { Gate } from '../../session/gate.ts';
import { crash } from '../crash.ts';

/** A daemon, and a client of it that is closed with the test. */
async function pair(): Promise<{ daemon: Archon; client: Client }> {
	const daemon = await Archon.start();
	const client = await connect({ socket: daemon.socket });
	onTestFinished(() => client.close());
	return { daemon, client };
}

/** Resolves when it was started, be that before. */
async function started(client: Client, name: string): Promise<void> {
	for await (const _ of client.events({ types: 'process.started', names: name, since: 0 })) {
		return;
	}
}

test('a program is run, and its exit code comes back', async () => {
	const { client } = await pair();
	expect(await client.run(['sh', '-c', 'test "$A" = "1, \n\\"é" || exit 3'], { env: { A: '1, \n"é' } })).toBe(
		0,
	);
	expect(await client.run(['sh', '-c', 'exit 7'])).toBe(7);
	expect(await client.run(['sh', '-c', 'kill -9 $$'], { env: { GONE: undefined } })).toBe(137);
	expect(await client.run(['no-such-program'])).toBe(127);
});

test('bytes go through as they are, and what is no UTF-8 comes back as U+FFFD', async () => {
	const { client } = await pair();
	const odd = Buffer.from('a\u00ffé', 'latin1');
	expect(await client.run(['printf', '%s\n', odd], { name: 'odd' })).toBe(0);
	expect(await client.run(['printf', '%s\n', 'Grüße \u{1f600}\\x{ff}'], { name: 'fair' })).toBe(0);
	expect((await client.logs('odd')).map(({ line }) => line)).toEqual(['a\ufffd\ufffd']);
	expect((await client.logs('fair')).map(({ line }) => line)).toEqual(['Grüße \u{1f600}\\x{ff}']);
});

test('a daemon is started, watched and stopped; rows are typed as --json has them', async () => {
	const { client } = await pair();
	await client.startDaemon(['sleep', '60'], { name: 'web', directory: '/tmp', restart: 'always' });
	await client.wait('web', 'running', { timeout: '5s' });
	const [web] = await client.status('web');
	expect(web).toEqual({
		name: 'web',
		kind: 'daemon',
		state: 'running',
		pid: expect.any(Number),
		uptime: expect.any(Number),
		restarts: 0,
		last: null,
		reason: '',
	});
	expect(realpathSync(`/proc/${web?.pid}/cwd`)).toBe('/tmp');
	const [usage] = await client.usage('web');
	expect(usage?.rss).toBeGreaterThan(0);
	await client.stop('web', { timeout: 2000 });
	expect((await client.status('web'))[0]).toMatchObject({ state: 'stopped', pid: null, last: 'signal:TERM' });
	expect((await client.why('web'))[0]).toEqual({
		name: 'web',
		sentence: expect.stringContaining('stopped by request'),
	});
	expect(await client.reload({ dryRun: true })).toEqual([]);
	await client.remove('web');
	expect(await client.status('web*')).toEqual([]);
});

test('any request can be called by its name on the wire', async () => {
	const { client } = await pair();
	await client.startDaemon(['sleep', '60'], { name: 'web-1' });
	expect(await client.call('Status', 'web-*')).toMatchObject([{ name: 'web-1', restarts: 0, last: null }]);
	expect(await client.call('Stop', 'web-1', '0s')).toEqual([]);
	expect(await client.call('Run', 'sh,-c,exit 4')).toEqual([{ exit: 4 }]);
});

test('what is asked at the same time is handled at the same time', async () => {
	const { daemon, client } = await pair();
	const gate = new Gate(daemon);
	const run = client.run(['sh', '-c', gate.wait], { name: 'slow' });
	await started(client, 'slow');
	const many = await Promise.all(Array.from({ length: 200 }, () => client.status('slow')));
	expect(many.every(([row]) => row?.state === 'running')).toBe(true);
	gate.open();
	expect(await run).toBe(0);
});

test('what the daemon refuses is an ArchonError with its reason', async () => {
	const { client } = await pair();
	const refused = await client.stop('nobody').catch((error) => error);
	expect(refused).toBeInstanceOf(ArchonError);
	expect(refused).toMatchObject({ request: 'Stop', reason: expect.stringContaining('nobody') });
	expect(refused.message).toBe(`Stop: ${refused.reason}`);
	await expect(client.call('Nosuch')).rejects.toThrow(ArchonError);
	await expect(client.events({ types: 'process.exit' }).next()).rejects.toThrow('no event type matches');
	await expect(client.events({ since: 10 ** 9 }).ready).rejects.toThrow('beyond the newest');
	await expect(client.journal({ last: 10_001 }).next()).rejects.toThrow('10000 at most');
	// And the connection is as good as before.
	await client.ping();
});

test('where no daemon answers is a NoDaemonError with its code', async () => {
	const { daemon, client } = await pair();
	const nowhere = `${daemon.directory}/nowhere`;
	const error = await connect({ socket: nowhere }).catch((it) => it);
	expect(error).toBeInstanceOf(NoDaemonError);
	expect(error).toMatchObject({ code: 'ENOENT', socket: nowhere });
	await daemon.end();
	await expect(client.ping()).rejects.toThrow(NoDaemonError);
});

test('wrong usage is a TypeError, before anything is asked', async () => {
	const { client } = await pair();
	await expect(client.run([])).rejects.toThrow(TypeError);
	await expect(client.run(['a\0b'])).rejects.toThrow(TypeError);
	await expect(client.run(['a'], { env: { 'A=B': '' } })).rejects.toThrow(TypeError);
	await expect(client.stop('web', { timeout: -1 })).rejects.toThrow(TypeError);
	expect(() => client.events({ since: 1.5 })).toThrow(TypeError);
	expect(() => client.events({ patience: 'long' })).toThrow(TypeError);
	expect(() => client.events({ patience: '600h' })).toThrow(/is longer than 2147483647ms \(596h/);
	expect(() => client.events({ signal: 5 as never })).toThrow('signal is an AbortSignal, 5 is none');
	expect(() => client.events({ types: 5 as never })).toThrow('types is a glob or a list of them');
	expect(() => client.events({ type: 'timer' } as object)).toThrow(
		'there is no option type; known are since,',
	);
	await expect(client.journal({ latest: 1 } as object).next()).rejects.toThrow('there is no option latest');
	await expect(client.call('Subscribe')).rejects.toThrow('follow events with events()');
	// Nor was a connection spoiled.
	expect(await client.call('Run', 'true')).toEqual([{ exit: 0 }]);
});

test('a request as long as it may be, and one byte more', async () => {
	const { client } = await pair();
	const most = 2 ** 20 - 'Run,"sh,-c,exit 3,"'.length;
	const run = (bytes: number) => client.run(['sh', '-c', 'exit 3', 'x'.repeat(bytes)], { env: {} });
	// The kernel takes no argument of that length.
	await expect(run(most)).resolves.toBe(126);
	await expect(run(most + 1)).rejects.toThrow('a request has at most 1048576 bytes, this one 1048577');
	await client.ping();
});

test('a daemon that came up again is asked as before', async () => {
	const { daemon, client } = await pair();
	await Promise.all([client.ping(), client.ping(), client.ping()]);
	await crash(daemon);
	// Connections at rest have ended, whether that was noticed yet or not.
	expect(await client.run(['true'])).toBe(0);
});

test('after close nothing is in progress any more', async () => {
	const { client } = await pair();
	const events = client.events();
	await events.ready;
	const run = expect(client.run(['sleep', '60'])).rejects.toThrow(NoDaemonError);
	await started(client, 'sleep');
	client.close();
	await run;
	expect(await events.next()).toEqual({ done: true, value: undefined });
	await expect(client.ping()).rejects.toThrow('closed');
});
