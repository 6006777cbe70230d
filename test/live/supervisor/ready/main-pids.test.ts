import { expect, test } from 'vitest';
import { play, shown } from '../../../session/actor.ts';
import { ask, pidOf, status } from '../../../session/ask.ts';
import { tells } from '../../../session/foreign.ts';
import { crash } from '../../crash.ts';
import { isAlive } from '../../told.ts';

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

test('when the daemon crashes it is watched on, also when the one that was started is gone', async () => {
	const { archon, hand, actor } = await play('ready = "notify"');
	const twin = await actor.does('twin()');
	const child = await hand.next();
	await actor.says(`MAINPID=${twin}`, 'READY=1');
	actor.tell('os._exit(0)');
	await expect.poll(() => isAlive(actor.pid)).toBe(false);
	await child.says('STATUS=alone');
	await crash(archon);
	expect(await status(archon, 'web')).toMatchObject({ pid: String(child.pid), state: 'running' });
	await child.says('STATUS=still');
	expect(await shown(archon)).toBe('running still');
	child.tell('os._exit(5)');
	const next = await hand.next();
	expect(next.pid).not.toBe(child.pid);
	expect((await status(archon, 'web'))['last']).toBe(tells ? 'exit:5' : 'unknown');
});

test('one that ends while no daemon runs leaves its service to its policy', async () => {
	const { archon, hand, actor } = await play('ready = "notify"');
	const twin = await actor.does('twin()');
	const child = await hand.next();
	await actor.says(`MAINPID=${twin}`, 'READY=1');
	actor.tell('os._exit(0)');
	await expect.poll(() => isAlive(actor.pid)).toBe(false);
	await child.says('STATUS=alone');
	await crash(archon, async () => {
		child.tell('os._exit(5)');
		await expect.poll(() => isAlive(child.pid)).toBe(false);
	});
	const next = await hand.next();
	expect(next.pid).not.toBe(child.pid);
	expect(await status(archon, 'web')).toMatchObject({
		pid: String(next.pid),
		restarts: '1',
		last: 'unknown',
	});
});
