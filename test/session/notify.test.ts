import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { isAlive } from '../live/told.ts';
import { type Actor, Stagehand } from './actor.ts';
import { ask, daemon, pidOf, status } from './ask.ts';
import { Watch } from './watch.ts';

async function play(more: string): Promise<{ archon: Archon; hand: Stagehand; actor: Actor }> {
	const directory = temporary();
	const hand = new Stagehand(directory);
	const archon = await Archon.configured(`[service.web]\nrun = ${hand.run}\n${more}\n`, directory);
	return { archon, hand, actor: await hand.next() };
}

async function shown(archon: Archon): Promise<string> {
	const { state, reason } = await status(archon, 'web');
	return `${state} ${reason}`;
}

test('a service that notifies is ready when it says so, and Status shows what it says until then', async () => {
	const { archon, actor } = await play('ready = "notify"');
	expect(await shown(archon)).toBe('starting not ready: notify: no READY=1 yet');
	await actor.says('STATUS=reading\tits files');
	expect(await shown(archon)).toBe('starting not ready: notify: reading its files');
	await actor.says('READY=1', 'STATUS=serving', 'X_OTHER=1');
	expect(await shown(archon)).toBe('running serving');
	await actor.says('ERRNO=2');
	expect(await shown(archon)).toBe('running serving (no such file or directory)');
	await actor.says('STOPPING=1');
	expect(await shown(archon)).toBe('running stopping by itself');
});

test('readiness that is taken back while it reloads comes again', async () => {
	const { archon, actor } = await play('ready = "notify"');
	await actor.says('READY=1', 'STATUS=one');
	const watch = await Watch.begin(archon);
	await actor.says('RELOADING=1', 'STATUS=reading');
	expect(await shown(archon)).toBe('starting reading');
	expect((await watch.event('process.starting')).slice(5)).toContain('reason=reloading');
	await actor.says('READY=1');
	await watch.event('process.ready');
	expect((await status(archon, 'web'))['state']).toBe('running');
	expect(Number((await status(archon, 'web'))['pid'])).toBe(actor.pid);
});

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
	await expect.poll(reason).toMatch(/^not ready: notify: .*message of process \d+, which is not of this service$/);
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

test('another process of the service becomes the main one, and its end is the end', async () => {
	const { archon, hand, actor } = await play('ready = "notify"\nrestart = "never"');
	const twin = await actor.does('twin()');
	const child = await hand.next();
	await actor.says(`MAINPID=${twin}`, 'READY=1');
	expect(await pidOf(archon, 'web')).toBe(twin);
	actor.tell('os._exit(3)');
	await expect.poll(() => isAlive(actor.pid)).toBe(false);
	expect((await status(archon, 'web'))['state']).toBe('running');
	await child.says('STATUS=alone');
	expect(await shown(archon)).toBe('running alone');
	await child.does('signal.signal(signal.SIGUSR1, lambda *_: os._exit(7))');
	expect(await ask(archon, 'Signal', 'web', 'USR1')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect((await status(archon, 'web'))['last']).toBe('exit:7');
});

test('a main process that forked and ended is followed, and stopped with its tree', async () => {
	const { archon, hand, actor } = await play('ready = "notify"');
	actor.tell('pid = twin()\nnotify(f"MAINPID={pid}\\nREADY=1")\nos._exit(0)');
	const child = await hand.next();
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	await expect.poll(() => isAlive(actor.pid)).toBe(false);
	expect(await pidOf(archon, 'web')).toBe(child.pid);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(isAlive(child.pid)).toBe(false);
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'signal:TERM', pid: '-' });
});

test('the first main process is ended with the rest when the second one ends before it', async () => {
	const { archon, hand, actor } = await play('ready = "notify"\nrestart = "never"');
	const twin = await actor.does('twin()');
	const child = await hand.next();
	await actor.says(`MAINPID=${twin}`, 'READY=1');
	actor.tell('os.wait()');
	child.tell('os._exit(0)');
	expect(await ask(archon, 'Wait', 'web', 'exited', '5s')).toBe('Ok');
	expect(isAlive(actor.pid)).toBe(false);
});

test('an end that nobody asks for is one without a status', async () => {
	const { archon, hand, actor } = await play('ready = "notify"\nrestart = "never"');
	const twin = await actor.does('twin()');
	const child = await hand.next();
	await actor.says(`MAINPID=${twin}`, 'READY=1');
	child.tell('os._exit(0)');
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect((await status(archon, 'web'))['last']).toBe('unknown');
});

test('it may name itself the main process again', async () => {
	const { archon, hand, actor } = await play('ready = "notify"\nrestart = "never"');
	const twin = await actor.does('twin()');
	await hand.next();
	await actor.says(`MAINPID=${twin}`, 'READY=1');
	await actor.says(`MAINPID=${actor.pid}`);
	expect(await pidOf(archon, 'web')).toBe(actor.pid);
	actor.tell('os._exit(4)');
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect((await status(archon, 'web'))['last']).toBe('exit:4');
});

test('a process of somebody else is never made the main one', async () => {
	const { archon, actor } = await play('ready = "notify"');
	for (const pid of [1, archon.keeper.pid, process.pid, 999_999_999]) {
		await actor.says(`MAINPID=${pid}`, 'READY=1');
		expect(await shown(archon)).toBe(`running MAINPID was refused: process ${pid} is none of this service`);
	}
	expect(await pidOf(archon, 'web')).toBe(actor.pid);
});
