import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dial } from '../../../../src/client/connection.ts';
import { Archon, argumentsIn, temporary } from '../../../archon.ts';
import { type Actor, Stagehand } from '../../../session/actor.ts';
import { ask, rows, status } from '../../../session/ask.ts';
import { Watch } from '../../../session/watch.ts';
import { loopback, port } from '../../address.ts';
import { crash, daemonPid } from '../../crash.ts';
import { buildStatic } from '../../static.ts';
import { hasTmpfs, tmpfs } from '../../tmpfs.ts';
import { stop, until } from '../../until.ts';
import { binderOf, binders, isTakenUp } from './binding.ts';

/** A service that does what the test tells it, and has `port` of `host`. */
async function play(rules: Readonly<Record<string, string>> = {}, directory = temporary()) {
	const [hand, host] = [new Stagehand(directory), loopback()];
	const archon = await Archon.configured(
		`[service.web]
		run = ${hand.run}
		sockets = ["tcp:${host}:${port}", "udp:${host}:${port}"]
		bind = "seccomp"
		restart = "never"`,
		directory,
		rules,
	);
	const actor = await hand.next();
	await actor.does(`host = "${host}"`);
	return { archon, host, actor };
}

const testIf = test.skipIf(!hasTmpfs);

const [given, own, taken] = [1, 0, 'Address already in use'];

async function binds(actor: Actor, args = `${port}`): Promise<unknown> {
	const [what] = (await actor.does(`bind(host, ${args})`)) as [unknown, number];
	return what;
}

function isGone(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return false;
	} catch {
		return true;
	}
}

/** Tells it to bind and returns when the kernel holds it up there: until it is answered it says nothing. */
async function beginToBind(actor: Actor, args = `${port}`): Promise<() => Promise<unknown>> {
	const answer = binds(actor, args);
	await until(() => readFileSync(`/proc/${actor.pid}/syscall`, 'latin1').startsWith('49 '));
	return () => answer;
}

describe('what it binds', () => {
	test('is what archon keeps, at its own number, with its own flags and options', async () => {
		const { archon, actor } = await play();
		await actor.does('one = socket.socket(type=socket.SOCK_STREAM | socket.SOCK_NONBLOCK)');
		await actor.does('one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)');
		await actor.does('one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)');
		await actor.does('os.set_inheritable(one.fileno(), True)');
		const number = await actor.does('one.fileno()');
		expect(await binds(actor, `${port}, one`)).toBe(given);
		expect(await actor.does('[one.fileno(), one.getsockname()[1]]')).toEqual([number, port]);
		expect(await actor.does('[one.getblocking(), os.get_inheritable(one.fileno())]')).toEqual([false, true]);
		expect(await actor.does('one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)')).toBe(1);
		await actor.does('two = socket.socket()');
		expect(await binds(actor, `${port}, two`)).toBe(given);
		expect(await actor.does('[two.getblocking(), os.get_inheritable(two.fileno())]')).toEqual([true, false]);
		expect(await actor.does('two.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)')).toBe(0);
		expect(await rows(archon, 'Sockets')).toMatchObject([{ last: `given:${actor.pid}` }, { last: '-' }]);
		await actor.does('three = socket.socket(type=socket.SOCK_DGRAM)');
		await binds(actor, `${port}, three`);
		expect(await rows(archon, 'Sockets')).toMatchObject([{}, { last: `given:${actor.pid}` }]);
	});

	test('is its own where archon keeps nothing there, and where it is no address at all', async () => {
		const { actor } = await play();
		await actor.does('import ctypes; libc = ctypes.CDLL(None, use_errno=True); from errno import *');
		expect(await binds(actor, `${port + 1}`)).toBe(own);
		expect(await binds(actor, `${port + 1}`)).toBe(taken);
		expect(await binds(actor, '0')).toBe(own);
		await actor.does('one = socket.socket()');
		for (const [address, length, code] of [
			['8', '16', 'EFAULT'],
			['None', '16', 'EFAULT'],
			['b"12345678901234567890"', '3', 'EINVAL'],
			['b"12345678901234567890"', '-1', 'EINVAL'],
			['b"12345678901234567890"', '1000', 'EINVAL'],
			['b"12345678901234567890"', '16', 'EAFNOSUPPORT'],
		]) {
			const call = `libc.bind(one.fileno(), ${address}, ${length})`;
			expect(await actor.does(`[${call}, ctypes.get_errno() == ${code}]`), address).toEqual([-1, true]);
		}
		await actor.does('libc.bind(9999, b"12345678901234567890", 16)');
		expect(await actor.does('ctypes.get_errno() == EBADF')).toBe(true);
		expect(await binds(actor, `${port}, one`)).toBe(given);
	});

	test('may be what a rule allows, which is told', async () => {
		const { archon, actor, host } = await play({
			'a.lua': `rule "more" { on = "bind.requested", when = { address = "*:${port + 1}" }, act = allow {} }`,
		});
		expect(await rows(archon, 'Rules')).toHaveLength(1);
		const watch = await Watch.begin(archon, 'types=bind.requested');
		expect(await binds(actor, `${port + 1}`)).toBe(given);
		const [, , , , name, ...fields] = await watch.event('bind.requested');
		expect([name, ...fields.slice(0, 3)]).toEqual([
			'web',
			`pid=${actor.pid}`,
			`address=tcp:${host}:${port + 1}`,
			`uid=${process.getuid?.()}`,
		]);
	});

	test('may be a path, or something else of another kind', async () => {
		const { actor, archon } = await play();
		await actor.does('one = socket.socket(socket.AF_UNIX)');
		await actor.does(`one.bind("${archon.directory}/x")`);
		expect(await actor.does('one.getsockname()')).toBe(`${archon.directory}/x`);
		await actor.does('two = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)');
		await actor.does('two.bind((0, 0))');
		expect(await actor.does('two.getsockname()[0] != 0')).toBe(true);
	});

	test('is found in the epoll that it was in before', async () => {
		const { actor, host } = await play();
		await actor.does('import select; queue = select.epoll(); one = socket.socket()');
		await actor.does('queue.register(one, select.EPOLLIN | select.EPOLLET)');
		expect(await binds(actor, `${port}, one`)).toBe(given);
		expect(await actor.does('queue.poll(0)')).toEqual([]);
		await actor.does(`client = socket.create_connection(("${host}", ${port}))`);
		expect(await actor.does('queue.poll(10) == [(one.fileno(), select.EPOLLIN)]')).toBe(true);
		await actor.does('queue.modify(one, 0)');
		expect(await actor.does('queue.poll(0)')).toEqual([]);
		await actor.does('queue.unregister(one)');
	});

	test('is found there too where it has the first number that is free', async () => {
		const { actor, host } = await play();
		const code = `import select, socket; one = socket.socket(); queue = select.epoll(); queue.register(one, select.EPOLLIN); one.bind(("${host}", ${port})); client = socket.create_connection(("${host}", ${port})); print(one.fileno(), queue.poll(10))`;
		await actor.does('import subprocess');
		expect(
			await actor.does(
				`subprocess.check_output(["/usr/bin/python3", "-c", ${JSON.stringify(code)}], text=True)`,
			),
		).toBe('3 [(3, 1)]\n');
	});
});

describe('who binds', () => {
	test('may be many threads at once', async () => {
		const { actor } = await play();
		await actor.does('from concurrent.futures import ThreadPoolExecutor');
		await actor.does('pool = ThreadPoolExecutor(16)');
		const all = `[it[0] for it in pool.map(lambda n: bind(host, ${port}), range(200))]`;
		expect(await actor.does(`set(${all}) == {1}`)).toBe(true);
	});

	test('may be a child, and what that has become by exec', async () => {
		const { archon, actor, host } = await play();
		const code = `import os, socket; one = socket.socket(); one.bind(("${host}", ${port})); print(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), os.getpid())`;
		const chain = JSON.stringify(['sh', '-c', 'exec env "$0" -c "$1"', '/usr/bin/python3', code]);
		await actor.does('import subprocess');
		const said = String(await actor.does(`subprocess.check_output(${chain}).decode()`));
		const [, pid] = /^1 (\d+)\n$/.exec(said) ?? [];
		expect(await rows(archon, 'Sockets')).toMatchObject([{ last: `given:${pid}` }, {}]);
	});

	test.skipIf(process.getuid?.() !== 0)('keeps what set-user-id programs are good for', async () => {
		const directory = temporary();
		chmodSync(directory, 0o755);
		copyFileSync('/usr/bin/id', `${directory}/id`);
		chmodSync(`${directory}/id`, 0o4755);
		const archon = await Archon.configured(
			`[service.a]\nrun = ["${directory}/id", "-u"]\nuser = "nobody"\nbind = "seccomp"\noneshot = true`,
			directory,
		);
		await ask(archon, 'Wait', 'a', 'exited');
		expect(await rows(archon, 'Logs', 'a')).toMatchObject([{ line: expect.stringContaining('0') }]);
	});

	test.skipIf(process.arch !== 'x64')('is left alone where it speaks another language', async () => {
		const host = loopback();
		const program = buildStatic('bind_32.c');
		const archon = await Archon.configured(
			`[service.a]
			run = ["${program}", "${host}", "${port}"]
			bind = "seccomp"
			oneshot = true
			[service.b]
			run = ["${program}", "${host}", "${port + 1}"]
			sockets = ["tcp:${host}:${port + 1}"]
			bind = "seccomp"
			oneshot = true
			success = [98]`,
		);
		await ask(archon, 'Wait', 'a', 'exited');
		await ask(archon, 'Wait', 'b', 'exited');
		expect(await status(archon, 'a')).toMatchObject({ state: 'exited' });
		expect(await status(archon, 'b')).toMatchObject({ state: 'exited' });
	});
});

describe('nobody waits for ever', () => {
	test('a daemon that is killed leaves the answer to the next', async () => {
		const { archon, actor } = await play();
		let answer: (() => Promise<unknown>) | undefined;
		await crash(archon, async () => {
			answer = await beginToBind(actor);
		});
		expect(await answer?.()).toBe(given);
		expect(await binds(actor)).toBe(given);
		expect(await binds(actor, `${port + 1}`)).toBe(own);
	});

	test('when one hangs it is 2 s, for all who wait', { timeout: 15_000 }, async () => {
		const { archon, actor } = await play();
		const daemon = daemonPid(archon);
		expect(await binds(actor)).toBe(given);
		await stop(daemon);
		await actor.does('from concurrent.futures import ThreadPoolExecutor');
		await actor.does('pool = ThreadPoolExecutor(8)');
		const all = (await actor.does(`list(pool.map(lambda n: bind(host, ${port + 1} + n), range(8)))`)) as [
			number,
			number,
		][];
		process.kill(daemon, 'SIGCONT');
		expect(all.map(([what]) => what)).toEqual(Array(8).fill(own));
		const took = all.map(([, seconds]) => seconds);
		expect(Math.max(...took)).toBeLessThan(8); // one after another would be 16
		expect(Math.max(...took)).toBeGreaterThanOrEqual(1.99);
		expect(await binds(actor)).toBe(given);
	});

	test('without any archon it is 2 s once, then no time at all', { timeout: 15_000 }, async () => {
		const { archon, actor } = await play();
		const daemon = daemonPid(archon);
		archon.keeper.kill('SIGKILL');
		process.kill(daemon, 'SIGKILL');
		expect(await binds(actor)).toBe(own);
		await actor.does('kept.clear()');
		await actor.does('time.sleep(2)');
		const [what, took] = (await actor.does(`bind(host, ${port})`)) as [unknown, number];
		expect([what, took < 1.5]).toEqual([own, true]);
	});

	testIf(
		'when the keeper is killed too, its calls are answered under the next',
		{
			timeout: 15_000,
		},
		async () => {
			const { archon, actor } = await play({}, temporary(tmpfs));
			const [binder, daemon] = [await binderOf(archon), daemonPid(archon)];
			archon.keeper.kill('SIGKILL');
			await until(() => isGone(daemon));
			const next = await Archon.start(archon.directory, {}, ['--config', `${archon.directory}/archon.toml`]);
			expect(await status(next, 'web')).toMatchObject({ pid: String(actor.pid) });
			expect(await binds(actor)).toBe(given);
			expect(await binds(actor, `${port + 1}`)).toBe(own);
			expect(await ask(next, 'Stop', 'web')).toBe('Ok');
			await until(() => isGone(binder));
		},
	);

	test('archon-binder that is killed has another in its place', async () => {
		const { archon, actor } = await play();
		const first = await binderOf(archon);
		process.kill(first, 'SIGKILL');
		expect(await binds(actor)).toBe(given);
		await until(() => binders(archon).length === 1 && binders(archon)[0] !== first);
	});

	test('what it had taken up the next one answers', async () => {
		const { archon, actor } = await play();
		const first = await binderOf(archon);
		const daemon = daemonPid(archon);
		await stop(daemon);
		const answer = await beginToBind(actor);
		await until(() => isTakenUp(first));
		process.kill(first, 'SIGKILL');
		process.kill(daemon, 'SIGCONT');
		expect(await answer()).toBe(given);
	});

	test('it is gone when its service is', async () => {
		const { archon } = await play();
		await binderOf(archon);
		await ask(archon, 'Stop', 'web');
		await until(() => binders(archon).length === 0);
		await ask(archon, 'Start', 'web');
		await binderOf(archon);
		await crash(archon);
		expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
		await until(() => binders(archon).length === 0);
	});
});

test('where somebody listens to the calls of archon already the start says so', async () => {
	const [inner, root] = [temporary(), fileURLToPath(new URL('../../../../', import.meta.url))];
	writeFileSync(
		`${inner}/archon.toml`,
		'[service.a]\nrun = ["true"]\nbind = "seccomp"\nlimit = { failures = 1 }\n',
	);
	const run = [`${root}bin/archond`, ...argumentsIn(inner), '--config', `${inner}/archon.toml`];
	const archon = await Archon.configured(
		`[service.inner]\nrun = ${JSON.stringify(run)}\nbind = "seccomp"\nready = "log:listening on"\n`,
	);
	await ask(archon, 'Wait', 'inner', 'running');
	const line = await dial(`${inner}/archon.sock`);
	onTestFinished(() => line.close());
	await line.call(['Wait', 'a', 'failed']);
	expect(JSON.stringify(await line.call(['Status', 'a']))).toContain(
		'bind: somebody listens to the system calls',
	);
});
