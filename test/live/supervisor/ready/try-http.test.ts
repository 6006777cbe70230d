import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { tryHttp } from '../../../../src/supervisor/ready/try-http.ts';

async function listening(server: Server): Promise<string> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const serve = (listener: RequestListener) => listening(createServer(listener));
const never = new AbortController().signal;

test.each([200, 204, 301, 399])('%i is good', async (status) => {
	const url = await serve((_, response) => response.writeHead(status).end());
	expect(await tryHttp(url, never)).toEqual({
		peer: { address: '127.0.0.1', port: Number(new URL(url).port) },
	});
});

test.each([400, 404, 500, 599])('%i is not', async (status) => {
	const url = await serve((_, response) => response.writeHead(status).end());
	expect(await tryHttp(url, never)).toEqual({ bad: `answered ${status}` });
});

test('what follows the head is not waited for', async () => {
	const url = await serve((_, response) => {
		response.writeHead(200);
		response.write('and so on');
	});
	expect((await tryHttp(url, never)).bad).toBe(undefined);
});

test('what is no HTTP is not good', async () => {
	const url = await listening(createTcp((socket) => void socket.on('error', () => {}).end('SSH-2.0\r\n')));
	expect((await tryHttp(url, never)).bad).toMatch(/./);
});

test('given up it ends at once, however long the server takes', async () => {
	const abort = new AbortController();
	const url = await serve(() => abort.abort());
	expect(await tryHttp(url, abort.signal)).toEqual({ bad: 'no answer' });
});
