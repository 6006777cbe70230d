import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Connection, dial } from '../../src/client/connection.ts';

/** A connection to a listener of the test's own, and the other end of it. */
async function pair(): Promise<{ client: Connection; server: net.Socket }> {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'archon-client-'));
	const listener = net.createServer({ allowHalfOpen: true });
	await once(listener.listen(path.join(folder, 'socket')), 'listening');
	const [client, [server]] = await Promise.all([
		dial(path.join(folder, 'socket')),
		once(listener, 'connection') as Promise<[net.Socket]>,
	]);
	server.setEncoding('latin1').on('error', () => {});
	onTestFinished(() => {
		client.close();
		server.destroy();
		listener.close();
		fs.rmSync(folder, { recursive: true });
	});
	return { client, server };
}

test('a call sends its fields as one record and gets the final reply', async () => {
	const { client, server } = await pair();
	const reply = client.call(['Run', 'sh,-c,"echo a, b"', 'A=\n', 'B=\u00c3\u00bc']);
	const [text] = await once(server, 'data');
	expect(text).toBe('Run,"sh,-c,""echo a, b""","A=\n",B=\u00c3\u00bc\n');
	server.write('ExitStatus,3\n');
	expect(await reply).toEqual({ final: { tag: 'exit', code: 3 }, columns: [], rows: [], others: [] });
});

test.each([
	['Ok\n', { tag: 'ok' }],
	['Error,"no, not ""that"""\n', { tag: 'error', reason: 'no, not "that"' }],
	['ExitStatus,143\n', { tag: 'exit', code: 143 }],
])('%j is %j', async (text, final) => {
	const { client, server } = await pair();
	server.write(text);
	expect((await client.call(['Ping'])).final).toEqual(final);
});

test('rows come with their columns, and what is no row among them apart', async () => {
	const { client, server } = await pair();
	server.write('Columns,seq,name\nGap,1,2\nRow,3,web\nRow,4,"a,b"\nOk\n');
	expect(await client.call(['Events'])).toEqual({
		final: { tag: 'ok' },
		columns: ['seq', 'name'],
		rows: [
			['3', 'web'],
			['4', 'a,b'],
		],
		others: [['Gap', '1', '2']],
	});
});

test('escapes are undone: the bytes are those that were escaped', async () => {
	const { client, server } = await pair();
	server.write('Columns,line\nRow,\\u{fc}\\x{ff}\\\\u{41}\\u{a}\nOk\n');
	expect((await client.call(['Logs', 'web'])).rows).toEqual([['\u00c3\u00bc\u00ff\\u{41}\n']]);
});

test('calls may overlap: each gets the replies that are its own, in order', async () => {
	const { client, server } = await pair();
	const calls = [client.call(['Status']), client.call(['Ping']), client.call(['Stop', 'x'])];
	server.write('Columns,name\nRow,a\nO');
	await once(server, 'data');
	server.write('k\nOk\nError,no\n');
	const replies = await Promise.all(calls);
	expect(replies.map(({ final, rows }) => [final.tag, rows.length])).toEqual([
		['ok', 1],
		['ok', 0],
		['error', 0],
	]);
});

test('what comes behind the replies is followed, until the connection ends', async () => {
	const { client, server } = await pair();
	server.end('Ok\nEvent,1,t,timer,-\nGap,2,3\n');
	expect((await client.call(['Subscribe'])).final).toEqual({ tag: 'ok' });
	expect(await Array.fromAsync(client.follow())).toEqual([
		['Event', '1', 't', 'timer', '-'],
		['Gap', '2', '3'],
	]);
});

test('a follower may stop and go on', async () => {
	const { client, server } = await pair();
	server.end('Ok\nEvent,1\nEvent,2\nEvent,3\n');
	await client.call(['Subscribe']);
	for await (const [, seq] of client.follow()) {
		expect(seq).toBe('1');
		break;
	}
	expect(await Array.fromAsync(client.follow())).toEqual([
		['Event', '2'],
		['Event', '3'],
	]);
});

test('a text is sent as it is, be it a record or not', async () => {
	const { client, server } = await pair();
	client.send('Run,a"b\r\n\u00ff');
	const [text] = await once(server, 'data');
	expect(text).toBe('Run,a"b\r\n\u00ff');
});

test('after the writing side is shut down, replies still come', async () => {
	const { client, server } = await pair();
	const reply = client.call(['Ping']);
	client.end();
	await once(server.resume(), 'end');
	server.write('Ok\n');
	expect((await reply).final).toEqual({ tag: 'ok' });
});

test('a connection that ends before the final reply rejects the call, and those behind it', async () => {
	const { client, server } = await pair();
	const calls = [client.call(['Status']), client.call(['Ping'])];
	server.end('Columns,name\n');
	const ended = {
		status: 'rejected',
		reason: expect.objectContaining({ name: 'NoDaemonError', code: 'ECONNRESET' }),
	};
	expect(await Promise.allSettled(calls)).toEqual([ended, ended]);
});

test('an answer that is no record rejects the call', async () => {
	const { client, server } = await pair();
	server.write('O"k\n');
	await expect(client.call(['Ping'])).rejects.toThrow('no daemon of archon');
});

test('a socket that nobody listens on rejects with the code of connect(2)', async () => {
	await expect(dial('/nonexistent/socket')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('what nobody waits for is not read: a slow reader slows the one who writes', async () => {
	const { client, server } = await pair();
	const megabyte = `Event,${'x'.repeat(1 << 20)}\n`;
	let written = 0;
	while (server.write(megabyte) || written < 4) {
		written++;
	}
	await new Promise(setImmediate);
	expect(server.writableLength).toBeGreaterThan(1 << 20);
	server.end();
	expect((await Array.fromAsync(client.follow())).length).toBe(written + 1);
});
