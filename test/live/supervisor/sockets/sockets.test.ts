import { once } from 'node:events';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { Stagehand } from '../../../session/actor.ts';
import { ask, rows, status } from '../../../session/ask.ts';
import { loopback, port } from '../../address.ts';
import { crash } from '../../crash.ts';
import { stay, visit } from '../../visitor.ts';

/** A daemon whose service `web` has these sockets and does what the test tells it. */
async function play(sockets: readonly string[], more = '') {
	const directory = temporary();
	const hand = new Stagehand(directory);
	const toml = (which: readonly string[]) =>
		`[service.web]\nrun = ${hand.run}\nbackoff = { from = "0s" }\nsockets = ${JSON.stringify(which)}\n${more}\n`;
	const archon = await Archon.configured(toml(sockets), directory);
	return { archon, directory, hand, toml };
}

test('they are bound before it starts, handed over with their names, and shown', async () => {
	const host = loopback();
	const { archon, directory, hand } = await play([
		`tcp:${host}:${port}`,
		`udp:${host}:${port}`,
		'unix:x.sock',
		`tcp:[::1]:${port}`,
	]);
	const actor = await hand.next();
	const path = `${directory}/x.sock`;
	expect(await actor.does('sockets()')).toEqual([
		[`tcp_${host}_${port}`, [host, port], 'SOCK_STREAM'],
		[`udp_${host}_${port}`, [host, port], 'SOCK_DGRAM'],
		[`unix_${path}`, path, 'SOCK_STREAM'],
		[`tcp_[__1]_${port}`, ['::1', port], 'SOCK_STREAM'],
	]);
	await stay({ host, port });
	await stay({ path });
	await stay({ path });
	const last = `given:${actor.pid}`;
	expect(await rows(archon, 'Sockets')).toEqual([
		{ address: `tcp:${host}:${port}`, name: 'web', backlog: '1', last },
		{ address: `tcp:[::1]:${port}`, name: 'web', backlog: '0', last },
		{ address: `udp:${host}:${port}`, name: 'web', backlog: '-', last },
		{ address: `unix:${path}`, name: 'web', backlog: '2', last },
	]);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await rows(archon, 'Sockets')).toEqual([]);
	expect(await visit({ host, port })).toBe('ECONNREFUSED');
	expect(existsSync(path)).toBe(false);
});

test('who connects while it is restarted, killed, or the daemon is dead, is served by the next one', async () => {
	const host = loopback();
	const { archon, hand } = await play([`tcp:${host}:${port}`]);
	const first = await hand.next();
	const serves = async (actor: typeof first, says: string, meanwhile: () => Promise<unknown>) => {
		const client = stay({ host, port });
		await meanwhile();
		const reply = once((await client).setEncoding('latin1'), 'data');
		actor.tell(`serve(0, ${JSON.stringify(says)})`);
		expect(await reply).toEqual([says]);
	};
	// One whose server never accepts anything waits for the next.
	const waiting = await stay({ host, port });
	void ask(archon, 'Restart', 'web');
	const second = await hand.next();
	second.tell('serve(0, "second")');
	expect(await once(waiting.setEncoding('latin1'), 'data')).toEqual(['second']);
	process.kill(second.pid, 'SIGKILL');
	const third = await hand.next();
	await serves(third, 'third', async () => undefined);
	await crash(archon);
	await serves(third, 'third again', () => ask(archon, 'Ping'));
	expect(await rows(archon, 'Sockets')).toMatchObject([{ name: 'web', last: `given:${third.pid}` }]);
	process.kill(third.pid, 'SIGKILL');
	const fourth = await hand.next();
	await serves(fourth, 'fourth', async () => undefined);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await visit({ host, port })).toBe('ECONNREFUSED');
});

test('a path that somebody has removed is bound again by Restart, and by the start after a crash', async () => {
	const { archon, directory, hand } = await play(['unix:x.sock']);
	const path = `${directory}/x.sock`;
	const first = await hand.next();
	rmSync(path);
	expect(await visit({ path })).toBe('ENOENT');
	void ask(archon, 'Restart', 'web');
	const serves = async (actor: typeof first, says: string) => {
		const client = await stay({ path });
		actor.tell(`serve(0, ${JSON.stringify(says)})`);
		expect(await once(client.setEncoding('latin1'), 'data')).toEqual([says]);
	};
	const second = await hand.next();
	await serves(second, 'second');
	rmSync(path);
	process.kill(second.pid, 'SIGKILL');
	const third = await hand.next();
	await serves(third, 'third');
	rmSync(path);
	await crash(archon);
	process.kill(third.pid, 'SIGKILL');
	const fourth = await hand.next();
	await serves(fourth, 'fourth');
	expect(await rows(archon, 'Sockets')).toMatchObject([{ address: `unix:${path}`, name: 'web' }]);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(existsSync(path)).toBe(false);
});

test('who waits at a path that is as it was waits on, whatever its mode is by then', async () => {
	const { archon, directory, hand } = await play(['unix:x.sock']);
	const path = `${directory}/x.sock`;
	await hand.next();
	const client = await stay({ path });
	chmodSync(path, 0o600);
	await crash(archon);
	void ask(archon, 'Restart', 'web');
	const second = await hand.next();
	second.tell('serve(0, "second")');
	expect(await once(client.setEncoding('latin1'), 'data')).toEqual(['second']);
});

test('what somebody else has put at its path is left alone, and the start fails and says so', async () => {
	const { archon, directory, hand } = await play(['unix:x.sock'], 'limit = { failures = 1, retry = "0s" }');
	const path = `${directory}/x.sock`;
	await hand.next();
	await takeOver(path);
	void ask(archon, 'Restart', 'web');
	expect(await ask(archon, 'Wait', 'web', 'failed')).toBe('Ok');
	expect((await status(archon, 'web'))['reason']).toContain(
		`sockets: unix:${path}: address already in use: somebody answers there`,
	);
	expect(await visit({ path })).toBe('connected');
});

test('what somebody else has put at its path outlives its Stop, also where the daemon has died since', async () => {
	const { archon, directory, hand } = await play(['unix:x.sock']);
	const path = `${directory}/x.sock`;
	await hand.next();
	await takeOver(path);
	await crash(archon);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await rows(archon, 'Sockets')).toEqual([]);
	expect(await visit({ path })).toBe('connected');
});

test('it starts blocking and with room for all, whatever the server before made of it', async () => {
	const host = loopback();
	const { archon, hand } = await play([`tcp:${host}:${port}`]);
	const first = await hand.next();
	await first.does('sockets()');
	expect(await first.does('(kept[-1].setblocking(False), kept[-1].listen(0), os.get_blocking(3))[-1]')).toBe(
		false,
	);
	process.kill(first.pid, 'SIGKILL');
	const second = await hand.next();
	expect(await second.does('os.get_blocking(3)')).toBe(true);
	await Promise.all(Array.from({ length: 50 }, () => stay({ host, port })));
	expect(await rows(archon, 'Sockets')).toMatchObject([{ backlog: '50' }]);
});

test('an address that is taken, or that nobody has, fails the start and says so; later it is tried again', async () => {
	const host = loopback();
	const server = createServer();
	server.listen(port, host);
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	const { archon, hand } = await play([`tcp:${host}:${port}`], 'limit = { failures = 1, retry = "0s" }');
	await ask(archon, 'Wait', 'web', 'failed');
	const uid = process.getuid?.();
	expect(await status(archon, 'web')).toMatchObject({
		reason: expect.stringContaining(
			`sockets: tcp:${host}:${port}: address already in use by a process of uid ${uid}`,
		),
	});
	expect(await rows(archon, 'Sockets')).toEqual([]);
	server.close();
	await once(server, 'close');
	void ask(archon, 'Start', 'web');
	await hand.next();
	archon.configure('[service.web]\nrun = ["true"]\nsockets = ["tcp:192.0.2.1:80"]\nrestart = "never"');
	await ask(archon, 'Reload');
	await ask(archon, 'Wait', 'web', 'failed');
	expect(await status(archon, 'web')).toMatchObject({
		reason: 'sockets: tcp:192.0.2.1:80: address not available: no interface of this machine has it',
	});
});

test('a reload binds and unbinds what changed, and leaves alone what did not', async () => {
	const host = loopback();
	const { archon, hand, toml } = await play([`tcp:${host}:1`, `tcp:${host}:2`]);
	const first = await hand.next();
	first.tell('signal.signal(signal.SIGTERM, signal.SIG_IGN)');
	const client = await stay({ host, port: 2 });
	process.kill(first.pid, 'SIGKILL');
	await hand.next();
	archon.configure(toml([`tcp:${host}:2`, `tcp:${host}:3`]));
	const reloaded = ask(archon, 'Reload');
	const third = await hand.next();
	expect(await reloaded).toBe('Ok');
	third.tell('serve(0, "still here")');
	expect(await once(client.setEncoding('latin1'), 'data')).toEqual(['still here']);
	expect((await rows(archon, 'Sockets')).map(({ address }) => address)).toEqual([
		`tcp:${host}:2`,
		`tcp:${host}:3`,
	]);
	expect(await visit({ host, port: 1 })).toBe('ECONNREFUSED');
	archon.configure('');
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await rows(archon, 'Sockets')).toEqual([]);
	expect(await visit({ host, port: 2 })).toBe('ECONNREFUSED');
});

test('instances share them, and they are kept until the last one is stopped', async () => {
	const host = loopback();
	const { archon } = await play([`tcp:${host}:${port}`], 'instances = 2');
	await ask(archon, 'Wait', 'web', 'running');
	await ask(archon, 'Stop', 'web@1');
	await crash(archon);
	expect(await rows(archon, 'Sockets')).toMatchObject([{ address: `tcp:${host}:${port}`, name: 'web' }]);
	expect(await visit({ host, port })).toBe('connected');
	await ask(archon, 'Stop', 'web@2');
	expect(await visit({ host, port })).toBe('ECONNREFUSED');
});

test('after a crash of the daemon nothing is left bound that nobody knows of', async () => {
	const host = loopback();
	const { archon, hand } = await play([`tcp:${host}:${port}`]);
	await hand.next();
	await crash(archon);
	await ask(archon, 'Ping');
	await crash(archon);
	await ask(archon, 'Stop', 'web');
	expect(await visit({ host, port })).toBe('ECONNREFUSED');
	void ask(archon, 'Start', 'web');
	await hand.next();
	expect(await visit({ host, port })).toBe('connected');
});

/** Somebody else removes what is there and listens in its place. */
async function takeOver(path: string): Promise<void> {
	rmSync(path);
	const server = createServer().listen(path);
	onTestFinished(() => void server.close());
	await once(server, 'listening');
}
