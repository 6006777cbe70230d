import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { play } from '../../../session/actor.ts';
import { ask, daemon, status } from '../../../session/ask.ts';
import { Watch } from '../../../session/watch.ts';
import { crash, daemonPid } from '../../crash.ts';
import { stop, until } from '../../until.ts';

test('what is empty, too long or unknown is no message, and the next one counts', async () => {
	const { archon, actor } = await play('ready = "notify"');
	await actor.says('');
	await actor.does('notify("x" * 4097)');
	await actor.does('barrier()');
	expect((await status(archon, 'web'))['state']).toBe('starting');
	await actor.does('notify("READY=1\\nX=" + "x" * (4096 - 10))');
	await actor.does('barrier()');
	expect((await status(archon, 'web'))['state']).toBe('running');
});

test('only processes of the service are heard', async () => {
	const { archon, hand, actor } = await play('ready = "notify"');
	const path = String(await actor.does('os.environ["NOTIFY_SOCKET"]'));
	expect(path).toBe(`${archon.directory}/notify/web`);
	const script = `import socket; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(b"READY=1", "${path}"); input()`;
	await daemon(archon, 'other', `sleep 60 | python3 -c '${script}'`);
	const reason = async () => String((await status(archon, 'web'))['reason']);
	await expect
		.poll(reason)
		.toMatch(/^not ready: notify: .*message of process \d+, which is not of this service$/);
	const twin = await actor.does('twin()');
	const child = await hand.next();
	expect(child.pid).toBe(twin);
	await child.says('READY=1');
	expect((await status(archon, 'web'))['state']).toBe('running');
});

test('a process that sent something and is gone is heard as well', async () => {
	const { archon, actor } = await play('ready = "notify"');
	await actor.does('os.waitpid(twin("notify(\'READY=1\'); os._exit(0)"), 0)');
	await actor.does('barrier()');
	expect((await status(archon, 'web'))['state']).toBe('running');
});

test('what it says last is heard before its end is told, even if a request settles the end first', async () => {
	const { archon, actor } = await play('ready = "notify"\nrestart = "never"');
	const watch = await Watch.begin(archon);
	const client = await archon.connect();
	await client.call(['Ping']);
	const pid = daemonPid(archon);
	await stop(pid);
	const pong = client.call(['Ping']);
	actor.tell('notify("READY=1"); os._exit(0)');
	await until(() => !existsSync(`/proc/${actor.pid}`));
	process.kill(pid, 'SIGCONT');
	await pong;
	const told = [await watch.event('process.ready'), await watch.event('process.exited')];
	expect(told).toHaveLength(2);
});

const isRoot = process.getuid?.() === 0;
const lastPid = '/proc/sys/kernel/ns_last_pid';

/** Has a stranger live under a number that nobody has any more; others may be given it first, but not for long. */
async function occupy(pid: number): Promise<void> {
	await until(() => {
		writeFileSync(lastPid, `${pid - 1}`);
		const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
		onTestFinished(() => void stranger.kill());
		return stranger.pid === pid;
	});
}

test.runIf(isRoot && existsSync(lastPid))(
	'what the main process sent last while there was no daemon is heard, though a stranger has its number by now',
	async () => {
		const { archon, hand, actor } = await play('ready = "notify"\nbackoff = { from = "1ms" }');
		await actor.does('file("before", "one")');
		await actor.says('READY=1');
		await crash(archon, async () => {
			actor.tell('notify("FDSTOREREMOVE=1\\nFDNAME=before"); file("after", "two"); os._exit(1)');
			await until(() => !existsSync(`/proc/${actor.pid}`));
			await occupy(actor.pid);
		});
		void ask(archon, 'Ping');
		expect(await (await hand.next()).does('given()')).toEqual([['after'], ['two'], true]);
	},
);

test.runIf(isRoot)('a service of another user reaches its socket, and nobody else that of it', async () => {
	const directory = temporary();
	chmodSync(directory, 0o700);
	const script =
		'import os, socket, time; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"READY=1", os.environ["NOTIFY_SOCKET"]); time.sleep(60)';
	const run = JSON.stringify(['/usr/bin/python3', '-c', script]);
	const archon = await Archon.configured(
		`[service.web]\nrun = ${run}\nuser = "nobody"\nready = "notify"\n`,
		directory,
	);
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	const socket = statSync(`${directory}/notify/web`);
	expect([socket.mode & 0o777, socket.uid]).toEqual([0o600, 65534]);
	expect(statSync(directory).mode & 0o777).toBe(0o711);
	expect(statSync(`${directory}/notify`).mode & 0o777).toBe(0o711);
	await ask(archon, 'Stop', 'web');
	expect(readdirSync(`${directory}/notify`)).toEqual([]);
});

test('a path that no socket can have fails the start and says so', async () => {
	const directory = `${temporary()}/${'x'.repeat(70)}`;
	mkdirSync(directory);
	const name = 'y'.repeat(40);
	const archon = await Archon.configured(
		`[service.${name}]\nrun = ["sleep", "60"]\nready = "notify"\nrestart = "never"\n`,
		directory,
	);
	expect(await ask(archon, 'Wait', name, 'failed', '5s')).toBe('Ok');
	expect((await status(archon, name))['reason']).toBe(
		`notify: ${directory}/notify/${name}: file name too long`,
	);
});
