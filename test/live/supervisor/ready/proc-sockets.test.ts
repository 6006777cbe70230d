import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../../../src/native/index.ts';
import { holds, polls, read } from '../../../../src/supervisor/ready/proc-sockets.ts';
import { until } from '../../until.ts';

test('who waits for connections with epoll is seen to', async () => {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	const inode = native.tcpListener('127.0.0.1', port);
	await until(() => polls(process.pid, inode));
	expect(polls(process.pid, 1)).toBe(false);
	expect(polls(0, inode)).toBe(false);
	expect(holds(process.pid, new Set([`socket:[${inode}]`]))).toBe(true);
	expect(holds(process.pid, new Set(['socket:[1]']))).toBe(false);
});

test('what cannot be read is empty', () => {
	expect(read('/proc/nowhere')).toBe('');
});
