import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../../../src/native/index.ts';
import { holds } from '../../../../src/supervisor/ready/proc-sockets.ts';
import { tryNew } from '../../../../src/supervisor/ready/try-new.ts';

const patient = () => AbortSignal.timeout(5000);
/** Whoever answers in this file is this process. */
const isOurs = (inode: number) => holds(process.pid, new Set([`socket:[${inode}]`])) === true;

async function serving(host: string, answer: (socket: Socket, text: string) => void): Promise<number> {
	const server: Server = createServer((socket) => {
		let text = '';
		socket.on('error', () => {});
		socket.on('data', (bytes) => {
			text += bytes.toString('latin1');
			if (text.endsWith('\r\n\r\n')) {
				answer(socket, text);
			}
		});
	});
	server.listen(0, host);
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	const address = server.address();
	return typeof address === 'object' && address !== null ? address.port : 0;
}

const http = (port: number, host = '127.0.0.1') =>
	({ tag: 'http', url: `http://${host}:${port}/a?b=c` }) as const;

test('a connection that is accepted by the one it is asked of is good', async () => {
	for (const host of ['127.0.0.1', '::1', '::']) {
		const port = await serving(host, () => {});
		const to = host === '::' ? '127.0.0.1' : host;
		expect(await tryNew(native, { tag: 'tcp', host: to, port }, isOurs, patient())).toEqual({});
	}
});

test('a request is whole, and a good answer good', async () => {
	let heard = '';
	const port = await serving('127.0.0.1', (socket, text) => {
		heard = text;
		socket.write('HTTP/1.1 204 No Content\r\n\r\n');
	});
	expect(await tryNew(native, http(port), isOurs, patient())).toEqual({});
	expect(heard).toBe(
		`GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: archon\r\nConnection: close\r\n\r\n`,
	);
});

test('any other answer is said', async () => {
	const answers = ['HTTP/1.0 503 Busy\r\n\r\n', 'this is not what was asked for\r\n'];
	const port = await serving('127.0.0.1', (socket) => {
		const answer = answers.shift();
		if (answer === undefined) {
			socket.end();
		} else {
			socket.write(answer);
		}
	});
	expect(await tryNew(native, http(port), isOurs, patient())).toEqual({ bad: 'answered 503' });
	expect(await tryNew(native, http(port), isOurs, patient())).toEqual({ bad: 'answered no HTTP' });
	expect(await tryNew(native, http(port), isOurs, patient())).toEqual({ bad: 'hung up' });
});

test('who is somebody else is asked nothing', async () => {
	let isAsked = false;
	const port = await serving('127.0.0.1', () => {
		isAsked = true;
	});
	const other = { other: { address: '127.0.0.1', port } };
	expect(await tryNew(native, http(port), () => false, patient())).toEqual(other);
	expect(await tryNew(native, { tag: 'tcp', host: '127.0.0.1', port }, () => false, patient())).toEqual(
		other,
	);
	expect(isAsked).toBe(false);
});

test('where nobody listens or answers that is said', async () => {
	const port = await serving('127.0.0.1', () => {});
	expect(await tryNew(native, http(port), isOurs, AbortSignal.timeout(50))).toEqual({ bad: 'no answer' });
	const closed = { tag: 'tcp', host: '127.0.0.1', port: 1 } as const;
	expect(await tryNew(native, closed, isOurs, patient())).toEqual({ bad: 'connection refused' });
});
