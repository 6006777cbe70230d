import { expect, test } from 'vitest';
import { play } from '../../../session/actor.ts';
import { daemon, status } from '../../../session/ask.ts';
import { Watch } from '../../../session/watch.ts';

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

test('what it says last is heard before its end is told', async () => {
	const { archon, actor } = await play('ready = "notify"\nrestart = "never"');
	const watch = await Watch.begin(archon);
	actor.tell('notify("READY=1"); os._exit(0)');
	await watch.event('process.ready');
	await watch.event('process.exited');
});
