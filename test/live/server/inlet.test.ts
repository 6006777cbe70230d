import { once } from 'node:events';
import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { epoll } from '../../../src/native/poller.ts';
import { Inlet } from '../../../src/server/inlet.ts';
import { type Archon, temporary } from '../../archon.ts';
import { copies, Pass } from '../../session/pass.ts';
import { until } from '../until.ts';

/** A listening socket, and an inlet on each connection that it takes: nobody else reads from that. */
async function listening() {
	const socket = `${temporary()}/socket`;
	const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true }).listen(socket);
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	const accept = async () => {
		const [taken] = (await once(server, 'connection')) as [net.Socket];
		onTestFinished(() => void taken.destroy());
		return { taken, inlet: new Inlet(native, (taken as unknown as { _handle: { fd: number } })._handle.fd) };
	};
	return { socket, accept };
}

/** A client and the inlet at the other end. */
async function connected() {
	const { socket, accept } = await listening();
	const taking = accept();
	const client = net.connect(socket);
	onTestFinished(() => void client.destroy());
	return { client, ...(await taking) };
}

/** Writes, and resolves when the kernel has it. */
function write(client: net.Socket, bytes: string | Buffer): Promise<void> {
	return new Promise((resolve) => client.write(bytes, () => resolve()));
}

/** Reads what there is and returns the records. */
function records(inlet: Inlet): string[] {
	inlet.note(epoll.in);
	while (inlet.isReadable) {
		inlet.read();
	}
	const found: string[] = [];
	for (let frame = inlet.next(); frame !== undefined; frame = inlet.next()) {
		found.push(frame.tag === 'record' ? frame.text : frame.tag);
	}
	return found;
}

test('a read that leaves room has emptied the socket: no second one is made', async () => {
	const { client, inlet } = await connected();
	await write(client, 'Ping\nVer');
	inlet.note(epoll.in);
	expect([inlet.isReadable, inlet.read(), inlet.isReadable]).toEqual([true, 8, false]);
	expect(inlet.next()).toMatchObject({ tag: 'record', text: 'Ping' });
	expect(inlet.next()).toBeUndefined();
	await write(client, 'sion\n');
	expect(records(inlet)).toEqual(['Version']);
});

test('where nothing is to be read nothing has ended', async () => {
	const { inlet } = await connected();
	inlet.note(epoll.in);
	expect([inlet.read(), inlet.isReadable, inlet.hasEnded]).toEqual([0, false, false]);
});

test('more than one read is made of more than 64 KiB: a full one is not the last', async () => {
	const { client, inlet } = await connected();
	await write(client, `${'x'.repeat(70_000)}\n`);
	inlet.note(epoll.in);
	expect([inlet.read(), inlet.isReadable, inlet.next()]).toEqual([65_536, true, undefined]);
	expect([inlet.read(), inlet.isReadable]).toEqual([4465, false]);
	expect(inlet.next()).toMatchObject({ text: 'x'.repeat(70_000) });
});

test('bytes come as they are, also over many reads', async () => {
	const { client, inlet } = await connected();
	const all = Array.from({ length: 150_000 }, (_, i) => 1 + (i % 255));
	const bytes = Buffer.from(all.filter((byte) => byte !== 10 && byte !== 34));
	void write(client, Buffer.concat([bytes, Buffer.from('\n')]));
	const found: string[] = [];
	await until(() => found.push(...records(inlet)) > 0);
	expect(found).toEqual([bytes.toString('latin1')]);
});

test('the end is told once all is read, be it a half-close or that the client is gone', async () => {
	for (const how of ['end', 'destroy'] as const) {
		const { client, inlet } = await connected();
		await write(client, 'Ping\nPi');
		client[how]();
		await once(client, how === 'end' ? 'finish' : 'close');
		inlet.note(epoll.in | epoll.rdhup);
		expect([inlet.read(), inlet.hasEnded, inlet.isReadable]).toEqual([7, false, true]);
		expect([inlet.read(), inlet.hasEnded, inlet.isReadable]).toEqual([0, true, false]);
		expect(inlet.next()).toMatchObject({ text: 'Ping' });
		expect([inlet.next(), inlet.rest()]).toMatchObject([undefined, { tag: 'bad' }]);
		expect(inlet.rest()).toBeUndefined();
	}
});

test('it is over when nothing is there and nothing will come, which it looks for', async () => {
	const { client, inlet } = await connected();
	expect(inlet.isOver()).toBe(false);
	await write(client, 'Ping\n');
	client.destroy();
	await once(client, 'close');
	inlet.note(epoll.in | epoll.rdhup | epoll.hup);
	// There is a record yet.
	expect([inlet.isOver(), inlet.hasEnded]).toEqual([false, false]);
	expect(inlet.next()).toMatchObject({ text: 'Ping' });
	expect([inlet.isOver(), inlet.hasEnded]).toEqual([true, true]);
});

test('a connection that is reset has ended', async () => {
	const { client, taken, inlet } = await connected();
	// What the client has not read when it closes resets the connection.
	await new Promise<void>((resolve) => taken.write('unread', () => resolve()));
	client.destroy();
	await once(client, 'close');
	inlet.note(epoll.in | epoll.hup | epoll.err);
	expect([inlet.read(), inlet.hasEnded]).toEqual([0, true]);
});

test('descriptors come with their record, and a read that brought some is never the last', async () => {
	const { socket, accept } = await listening();
	const taking = accept();
	const client = new Pass({ socket } as Archon, [
		`pass:${copies(2)}:Run,ls\n`,
		'send:Ping\n',
		'drop',
		'tell',
	]);
	const { inlet } = await taking;
	await client.told.next();
	inlet.note(epoll.in);
	inlet.read();
	expect(inlet.isReadable).toBe(true);
	inlet.read();
	const [run, ping] = [inlet.next(), inlet.next()];
	expect([run, ping]).toMatchObject([
		{ text: 'Run,ls', fds: [expect.any(Number), expect.any(Number)] },
		{ text: 'Ping', fds: [] },
	]);
	native.closeLater(run?.fds ?? []);
	expect(await client.written).toBe('');
});

test('descriptors come with their record also behind more than a read holds', async () => {
	const { socket, accept } = await listening();
	const taking = accept();
	const client = new Pass({ socket } as Archon, [
		`send:${'Ping\n'.repeat(14_000)}`,
		`pass:${copies(2)}:Run,ls\n`,
		'drop',
		'tell',
	]);
	const { inlet } = await taking;
	await client.told.next();
	inlet.note(epoll.in);
	while (inlet.isReadable) {
		inlet.read();
	}
	const found: { text: string; fds: number }[] = [];
	for (let frame = inlet.next(); frame?.tag === 'record'; frame = inlet.next()) {
		found.push({ text: frame.text, fds: frame.fds.length });
		native.closeLater(frame.fds);
	}
	expect(found.length).toBe(14_001);
	expect(found.filter(({ fds }) => fds !== 0)).toEqual([{ text: 'Run,ls', fds: 2 }]);
	expect(await client.written).toBe('');
});

test('what is discarded is closed: what was read and not taken, and what comes later', async () => {
	const { socket, accept } = await listening();
	const taking = accept();
	const pass = `pass:${copies(3)}:`;
	const client = new Pass({ socket } as Archon, [
		`${pass}Run,ls\n`,
		'tell',
		'wait',
		`${pass}Run,ls\n`,
		'drop',
		'tell',
	]);
	const { inlet } = await taking;
	await client.told.next();
	inlet.note(epoll.in);
	inlet.read();
	inlet.discard();
	expect([inlet.next(), inlet.rest()]).toEqual([undefined, undefined]);
	client.goOn();
	await client.told.next();
	expect(records(inlet)).toEqual([]);
	expect(await client.written).toBe('');
});
