import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Lines } from './lines.ts';
import { slotState, stage as stages } from './puppet.ts';
import { parentOf, Stage } from './stage.ts';
import { stop, until, zombie } from './until.ts';

test('how a process ended is in its slot and in the ring before the daemon is woken', async () => {
	const { daemon } = await new Stage().ready();
	const before = Date.now();
	await daemon.start(5, -1, 'exit 3');
	expect(await daemon.woken()).toBe(1);
	const slot = await daemon.slot(5);
	expect(slot).toMatchObject({ state: slotState.exited, status: 3 << 8 });
	expect(slot.ended).toBeGreaterThanOrEqual(before);
	expect(slot.ended).toBeLessThanOrEqual(Date.now());
	expect(await daemon.head()).toMatchObject({ head: 1, latest: 5 });
});

test('an end by a signal is told as wait(2) tells it', async () => {
	const { daemon } = await new Stage().ready();
	await daemon.start(0, -1, 'kill -KILL $$');
	await daemon.woken();
	expect((await daemon.slot(0)).status).toBe(9);
});

test('the ExitStatus of a Run is sent on the stored connection', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	for (const [command, code] of [
		['exit 7', 7],
		['kill -TERM $$', 143],
		['true', 0],
	] as const) {
		const lines = new Lines(stage.client());
		await daemon.take(3);
		await daemon.start(0, 3, command);
		expect(await lines.next()).toBe(`ExitStatus,${code}`);
		await daemon.woken();
		expect((await daemon.slot(0)).state).toBe(slotState.replied);
	}
});

test('a connection stays open after its ExitStatus, for the next request', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const lines = new Lines(stage.client());
	await daemon.take(0);
	for (const code of [1, 2]) {
		await daemon.start(0, 0, `exit ${code}`);
		expect(await lines.next()).toBe(`ExitStatus,${code}`);
		await daemon.woken();
	}
});

test('a Run that did not come to exec gets no ExitStatus: the daemon says which step failed', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const lines = new Lines(stage.client());
	await daemon.take(0);
	await daemon.start(0, 0, '', stages.session);
	await daemon.woken();
	expect((await daemon.slot(0)).state).toBe(slotState.exited);
	await daemon.start(0, 0, 'exit 5');
	expect(await lines.next()).toBe('ExitStatus,5');
});

test('a client that has gone costs nothing: the slot is as if it had been told', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	const fd = await daemon.take(0);
	client.destroy();
	await once(client, 'close');
	await daemon.start(0, 0, 'exit 3');
	await daemon.woken();
	expect((await daemon.slot(0)).state).toBe(slotState.replied);
	expect(await daemon.order(`close ${fd}`)).toBe('0');
});

test('a client that does not read gets its ExitStatus once it does, and the daemon hears of it', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	const fd = await daemon.take(0);
	const filled = Number(await daemon.order(`fill ${fd}`));
	await daemon.start(0, 0, 'exit 9');
	await daemon.woken();
	expect((await daemon.slot(0)).state).toBe(slotState.exited);
	const line = await new Lines(client).next();
	expect(line).toBe(`${'x'.repeat(filled)}ExitStatus,9`);
	await daemon.woken();
	expect((await daemon.slot(0)).state).toBe(slotState.replied);
});

test('a client that never reads holds up nobody, and is done with when the daemon drops it', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	stage.client();
	await daemon.order(`fill ${await daemon.take(0)}`);
	await daemon.start(0, 0, 'exit 1');
	await daemon.woken();
	const lines = new Lines(stage.client());
	await daemon.take(1);
	await daemon.start(1, 1, 'exit 2');
	expect(await lines.next()).toBe('ExitStatus,2');
	await daemon.woken();
	expect((await daemon.slot(0)).state).toBe(slotState.exited);
	await daemon.send('Drop,c0');
	await daemon.woken();
	expect((await daemon.slot(0)).state).toBe(slotState.replied);
});

test('a connection that is stored just before its process begins gets its reply, however late the keeper is', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const lines = new Lines(stage.client());
	const fd = Number(await daemon.order('accept'));
	await stop(keeper.pid);
	await daemon.start(0, -1, 'exit 0'); // the signal of this end is there before the record
	await zombie(daemon.started[0] ?? 0);
	await daemon.send('Store,c0', fd);
	await zombie(await daemon.start(1, 0, 'exit 4'));
	keeper.child.kill('SIGCONT');
	expect(await lines.next()).toBe('ExitStatus,4');
});

test('a pid that has been used again is not taken for the process that had it before', async () => {
	const { daemon } = await new Stage().ready();
	const pid = await daemon.start(1, -1, 'sleep 1000');
	await daemon.order(`put 0 ${slotState.exited} ${pid} -1`);
	await daemon.order(`put 2 ${slotState.free} ${pid} -1`);
	process.kill(pid, 'SIGTERM');
	await daemon.woken();
	expect(await daemon.slot(0)).toMatchObject({ state: slotState.exited, status: 77 });
	expect(await daemon.slot(1)).toMatchObject({ state: slotState.exited, status: 15 });
	expect(await daemon.slot(2)).toMatchObject({ state: slotState.free, status: 77 });
});

test('an orphan is reaped, and nobody is told', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const fifo = stage.path('orphan');
	await daemon.start(0, -1, `mkfifo ${fifo}; (read line < ${fifo}; exit 8) & echo $! > ${fifo}.pid`);
	await daemon.woken();
	expect((await daemon.slot(0)).status).toBe(0);
	const pid = Number(readFileSync(`${fifo}.pid`, 'utf8'));
	expect(parentOf(pid)).toBe(keeper.pid);
	await writeFile(fifo, 'end\n');
	await until(() => !existsSync(`/proc/${pid}`));
	await daemon.start(0, -1, 'true');
	expect(await daemon.woken()).toBe(1);
	expect((await daemon.head()).head).toBe(2);
});

test('a thousand processes that end at once are all told', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await stop(keeper.pid);
	for (let slot = 0; slot < 1000; slot++) {
		await daemon.start(slot, -1, `exit ${slot % 256}`);
	}
	keeper.child.kill('SIGCONT');
	await until(async () => (await daemon.head()).head === 1000);
	for (let slot = 0; slot < 1000; slot++) {
		expect(await daemon.slot(slot)).toMatchObject({ state: slotState.exited, status: (slot % 256) << 8 });
	}
});

test('an older connection under the same key is closed', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const first = stage.client();
	await daemon.order(`close ${await daemon.take(0)}`);
	const second = new Lines(stage.client());
	await daemon.take(0);
	expect(await text(first)).toBe('');
	await daemon.start(0, 0, 'exit 6');
	expect(await second.next()).toBe('ExitStatus,6');
});
