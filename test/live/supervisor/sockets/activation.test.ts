import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { Clock, Stagehand } from '../../../session/actor.ts';
import { ask, pidOf, rows, status } from '../../../session/ask.ts';
import { loopback, port } from '../../address.ts';
import { crash } from '../../crash.ts';
import { until } from '../../until.ts';
import { stay, visit } from '../../visitor.ts';

async function play(more = '', others = '') {
	const directory = temporary();
	const hand = new Stagehand(directory);
	const host = loopback();
	const toml = `${others}[service.web]\nrun = ${hand.run}\nsockets = ["tcp:${host}:${port}"]\nactivate = "on-connect"\n${more}\n`;
	return { archon: await Archon.configured(toml, directory), hand, at: { host, port }, toml };
}

const waiting = { state: 'waiting', reason: 'waits for a connection', pid: '-' };

test('it waits until somebody connects, who is served; after a good end it waits again', async () => {
	const { archon, hand, at } = await play();
	expect(await status(archon, 'web')).toMatchObject(waiting);
	expect(await rows(archon, 'Why', 'web')).toMatchObject([
		{ sentence: `web is waiting for somebody to connect to tcp:${at.host}:${port}.` },
		{ sentence: 'archonctl start web does not wait for it.' },
	]);
	const client = await stay(at);
	const actor = await hand.next();
	actor.tell('serve(0, "hello")');
	expect(await once(client.setEncoding('latin1'), 'data')).toEqual(['hello']);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running' });
	actor.tell('os._exit(0)');
	await ask(archon, 'Wait', 'web', 'waiting');
	expect(await status(archon, 'web')).toMatchObject({ ...waiting, last: 'exit:0' });
	await stay(at);
	await hand.next();
});

test('after a crash it waits again too, unless somebody is waiting for it', async () => {
	const { archon, hand, at } = await play('backoff = { from = "0s" }');
	await ask(archon, 'Wait', 'web', 'waiting');
	await stay(at);
	const first = await hand.next();
	process.kill(first.pid, 'SIGKILL');
	const second = await hand.next();
	const served = second.does('serve(0)');
	await served;
	process.kill(second.pid, 'SIGKILL');
	await ask(archon, 'Wait', 'web', 'waiting');
	expect(await status(archon, 'web')).toMatchObject(waiting);
});

test('it waits on after a crash of the daemon', async () => {
	const { archon, hand, at } = await play();
	expect(await status(archon, 'web')).toMatchObject(waiting);
	await crash(archon);
	expect(await status(archon, 'web')).toMatchObject(waiting);
	await crash(archon, () => stay(at));
	await hand.next();
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
});

test('Start does not wait for a connection, Restart starts it at once, Stop closes the door', async () => {
	const { archon, hand, at } = await play();
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
	const { pid } = await hand.next();
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	expect(await pidOf(archon, 'web')).not.toBe(pid);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await visit(at)).toBe('ECONNREFUSED');
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
});

test('who requires it can start while it waits, and stays while it comes and goes', async () => {
	const { archon, hand, at } = await play(
		'',
		`[service.client]\nrun = ["sleep", "60"]\nrequires = ["web"]\n`,
	);
	await ask(archon, 'Wait', 'client', 'running');
	const pid = await pidOf(archon, 'client');
	await stay(at);
	const actor = await hand.next();
	await actor.does('serve(0)');
	actor.tell('os._exit(0)');
	await ask(archon, 'Wait', 'web', 'waiting');
	await stay(at);
	await hand.next();
	expect(await status(archon, 'client')).toMatchObject({ state: 'running', pid: String(pid), restarts: '0' });
});

test('it waits for what it requires before it takes who has connected', async () => {
	const { archon, hand, at } = await play(
		'requires = ["db"]',
		`${Clock.toml}[service.db]\nrun = ["sleep", "60"]\nmanual = true\n`,
	);
	// Until what it requires is there it does not even listen.
	await until(async () => (await status(archon, 'web'))['reason'] === waiting.reason);
	await stay(at);
	await hand.next();
	await ask(archon, 'Stop', 'db');
	await ask(archon, 'Wait', 'web', 'waiting');
	expect(await status(archon, 'web')).toMatchObject({ reason: 'waits for db, which is stopped' });
	expect(await visit(at)).toBe('connected');
	await ask(archon, 'Start', 'db');
	await hand.next();
});

test('a reload changes where it waits, and whether', async () => {
	const { archon, hand, at, toml } = await play();
	const other = { host: loopback(), port: port + 1 };
	archon.configure(toml.replace(`${at.host}:${port}`, `${other.host}:${port + 1}`));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject(waiting);
	expect(await visit(at)).toBe('ECONNREFUSED');
	archon.configure(
		toml.replace('"on-connect"', '"start"').replace(`${at.host}:${port}`, `${other.host}:${port + 1}`),
	);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await hand.next();
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
});

test('what cannot be bound is a start that fails, with its back-off', async () => {
	const archon = await Archon.configured(
		'[service.web]\nrun = ["true"]\nsockets = ["tcp:192.0.2.1:80"]\nactivate = "on-connect"\nbackoff = { from = "0s" }\nlimit = { failures = 3 }',
	);
	await ask(archon, 'Wait', 'web', 'failed');
	expect((await status(archon, 'web'))['reason']).toMatch(
		/^sockets: tcp:192.0.2.1:80: address not available: .*; ended 3 times within 10s$/,
	);
});

const spurning = 'backoff = { from = "0s" }\nlimit = { failures = 3, within = "1m" }';

test.each([
	['one over TCP', (_: string, host: string) => ({ address: `tcp:${host}:${port}`, to: { host, port } })],
	['one at a path', (folder: string) => ({ address: `unix:${folder}/x`, to: { path: `${folder}/x` } })],
])('who ends well without having accepted %s has failed', async (_, at) => {
	const folder = temporary();
	const { address, to } = at(folder, loopback());
	const archon = await Archon.configured(
		`[service.web]\nrun = ["true"]\nsockets = ["${address}"]\nactivate = "on-connect"\n${spurning}`,
	);
	await ask(archon, 'Wait', 'web', 'waiting');
	await stay(to);
	await ask(archon, 'Wait', 'web', 'failed');
	expect(await status(archon, 'web')).toMatchObject({
		restarts: '2',
		reason: 'ended with exit:0 and accepted nobody of those who wait; ended 3 times within 1m',
	});
});

test('a datagram that is not read counts as well', async () => {
	const host = loopback();
	const archon = await Archon.configured(
		`[service.web]\nrun = ["true"]\nsockets = ["udp:${host}:${port}"]\nactivate = "on-connect"\n${spurning}`,
	);
	await ask(archon, 'Wait', 'web', 'waiting');
	const client = createSocket('udp4');
	onTestFinished(() => void client.close());
	client.send('x', port, host);
	expect(await ask(archon, 'Wait', 'web', 'failed')).toBe('Ok');
});

test('who puts itself into the background has failed too, and is told to stay', async () => {
	const host = loopback();
	const archon = await Archon.configured(
		`[service.web]\nrun = ["sh", "-c", "sleep 60 & exit 0"]\nsockets = ["tcp:${host}:${port}"]\nactivate = "on-connect"\n${spurning}`,
	);
	await ask(archon, 'Wait', 'web', 'waiting');
	await stay({ host, port });
	await ask(archon, 'Wait', 'web', 'failed');
	expect((await status(archon, 'web'))['reason']).toBe(
		'left 1 process: run it in the foreground; ended 3 times within 1m',
	);
});

test('who accepts one at a time and ends has not failed, however many wait', async () => {
	const host = loopback();
	const one = 'import socket; s = socket.socket(fileno=3); c, _ = s.accept(); c.sendall(b"x")';
	const archon = await Archon.configured(
		`[service.web]\nrun = ["python3", "-c", ${JSON.stringify(one)}]\nsockets = ["tcp:${host}:${port}"]\nactivate = "on-connect"`,
	);
	await ask(archon, 'Wait', 'web', 'waiting');
	const clients = await Promise.all(Array.from({ length: 4 }, () => stay({ host, port })));
	await Promise.all(clients.map((client) => once(client, 'data')));
	expect(await ask(archon, 'Wait', 'web', 'waiting')).toBe('Ok');
});
