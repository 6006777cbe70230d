import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { tryTcp } from '../../../../src/supervisor/ready/try-tcp.ts';

async function port(): Promise<{ port: number; close: () => Promise<void> }> {
	const server = createServer((socket) => void socket.on('error', () => {}));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
	onTestFinished(() => void server.close());
	return { port: (server.address() as AddressInfo).port, close };
}

const never = new AbortController().signal;

test('a port where somebody listens is good, by address and by name', async () => {
	const open = await port();
	const good = { peer: { address: '127.0.0.1', port: open.port } };
	expect(await tryTcp('127.0.0.1', open.port, never)).toEqual(good);
	expect(await tryTcp('localhost', open.port, never)).toEqual(good);
});

test('what the system says is told', async () => {
	const shut = await port();
	await shut.close();
	expect(await tryTcp('127.0.0.1', shut.port, never)).toEqual({ bad: 'connection refused' });
	expect(await tryTcp('localhost', shut.port, never)).toEqual({ bad: 'connection refused' });
	expect((await tryTcp('no.such.host.invalid', 1, never)).bad).toMatch(/./);
});

test('given up it ends at once', async () => {
	const abort = new AbortController();
	// An address of documentation, RFC 5737: nobody answers.
	const tried = tryTcp('192.0.2.1', 9, abort.signal);
	abort.abort();
	expect((await tried).bad).toMatch(/./);
});
