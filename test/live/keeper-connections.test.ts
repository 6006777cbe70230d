import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { Lines } from './lines.ts';
import { Stage } from './stage.ts';
import { until } from './until.ts';

test('a whole connection goes over from daemon to daemon, what is unread in it, too', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	await daemon.take(4);
	await daemon.whole(4, 0);
	client.write('Ping\n');
	process.kill(daemon.pid, 'SIGKILL');
	const next = await stage.daemon();
	await next.hello();
	await next.send('Take,c4');
	expect(await next.order('receive')).toBe('Fd,c4');
	await next.send('Reply,c4,Ok\n');
	expect(await new Lines(client).next()).toBe('Ok');
	await next.send('Drop,c4');
	await next.send('Take,c4');
	expect(await next.order('receive')).toBe('Fd,c4');
});

test('one that nobody took back is ended when it is dropped: its client reads all it was sent', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	await daemon.take(0);
	await daemon.whole(0, 0);
	client.write('x'.repeat(1000));
	process.kill(daemon.pid, 'SIGKILL');
	const next = await stage.daemon();
	await next.send('Reply,c0,Ok\n');
	await next.send('Drop,c0');
	expect(await text(client)).toBe('Ok\n');
});

test('a client is the keeper’s before it is the daemon’s, and one that nobody waits for is none', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const lines = new Lines(stage.client());
	await daemon.whole(7, 0);
	await daemon.send('Accept,c7');
	expect(await daemon.order('receive')).toBe('Fd,c7');
	await daemon.send('Reply,c7,Ok\n');
	expect(await lines.next()).toBe('Ok');
	await daemon.send('Accept,c8');
	expect(await daemon.order('receive')).toBe('Fd,c8');
	await daemon.send('Reply,c8,Ok\n');
});

test('a client that was to be taken when the daemon died is the next one’s', async () => {
	const stage = new Stage();
	const { daemon, keeper } = await stage.ready();
	const lines = new Lines(stage.client());
	await daemon.whole(7, 0);
	process.kill(keeper.pid, 'SIGSTOP');
	await daemon.send('Accept,c7');
	process.kill(daemon.pid, 'SIGKILL');
	await daemon.gone;
	process.kill(keeper.pid, 'SIGCONT');
	const next = await stage.daemon();
	await next.hello();
	await next.send('Reply,c7,Ok\n');
	expect(await lines.next()).toBe('Ok');
});

test('a reply is sent whole and once, and the ledger says that it is out', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const lines = new Lines(stage.client());
	await daemon.take(2);
	await daemon.whole(2, 9);
	const reply = `Error,${'x'.repeat(32_768 - 'Error,\n'.length)}`;
	await daemon.send(`Reply,c2,${reply}\n`);
	expect(await daemon.woken()).toBe(1);
	expect(await daemon.connection(2)).toEqual({ taken: 0, at: 9, next: 9, full: 0 });
	expect(await lines.next()).toBe(reply);
});

test('it is whole however little room the system gives a connection', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const lines = new Lines(stage.client());
	const fd = Number(await daemon.order('accept'));
	expect(await daemon.order(`narrow ${fd}`)).toBe('0');
	await daemon.send('Store,c2', fd);
	await daemon.whole(2, 9);
	const reply = `Error,${'x'.repeat(32_768 - 'Error,\n'.length)}`;
	await daemon.send(`Reply,c2,${reply}\n`);
	expect(await lines.next()).toBe(reply);
});

test('a reply for which there is no room is not sent, and the daemon hears of it', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	const filled = Number(await daemon.order(`fill ${await daemon.take(2)}`));
	await daemon.whole(2, 9);
	await daemon.send('Reply,c2,Ok\n');
	expect(await daemon.woken()).toBe(1);
	expect(await daemon.connection(2)).toMatchObject({ at: 0, full: 1 });
	const all = text(client);
	await until(() => client.bytesRead === filled);
	await daemon.send('Reply,c2,Ok\n');
	await daemon.send('Drop,c2');
	await daemon.order('close 8').catch(() => {});
	await daemon.woken();
	expect(await daemon.connection(2)).toMatchObject({ at: 9 });
	process.kill(daemon.pid, 'SIGKILL');
	expect(await all).toBe(`${'x'.repeat(filled)}Ok\n`);
});

test('a reply to a client that is gone counts as sent', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	const fd = await daemon.take(2);
	await daemon.whole(2, 9);
	client.destroy();
	await until(async () => (await daemon.order(`ended ${fd}`)) === '1');
	await daemon.send('Reply,c2,Ok\n');
	await daemon.woken();
	expect(await daemon.connection(2)).toMatchObject({ at: 9, full: 0 });
});

test('an ExitStatus is the reply of what is in flight', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const lines = new Lines(stage.client());
	await daemon.take(0);
	await daemon.whole(0, 30);
	await daemon.start(0, 0, 'exit 3');
	expect(await lines.next()).toBe('ExitStatus,3');
	await daemon.woken();
	expect(await daemon.connection(0)).toMatchObject({ at: 30, next: 30 });
});

test('what is not said as it should be is ignored with a line', async () => {
	const { keeper, daemon } = await new Stage().ready();
	for (const word of [
		...['Accept,l1', 'Accept,c16384', 'Take,l0', 'Take,c16384'],
		...['Reply,c1', 'Reply,c16384,Ok', 'Reply,cx,Ok', 'Reply,k1,Ok'],
	]) {
		await daemon.send(word);
		expect(await keeper.err.next()).toBe(`archond: ignored from the daemon: "${word}" with 0 descriptors`);
	}
});
