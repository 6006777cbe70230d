import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listenersOn } from '../../../../src/supervisor/ready/listener.ts';
import { acceptedBy, hexOf, holds, polls, read } from '../../../../src/supervisor/ready/proc-sockets.ts';
import { until } from '../../until.ts';

test('the other side of a connection is found when it was accepted, not before', async () => {
	// Python, for Node accepts whatever comes.
	const script = `import socket, sys
s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
sys.stdin.readline(); c = s.accept(); print("accepted", flush=True); sys.stdin.readline()`;
	const server = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
	onTestFinished(() => void server.kill('SIGKILL'));
	const [said] = (await once(server.stdout, 'data')) as [Buffer];
	const port = Number(said.toString());
	const socket = connect(port, '127.0.0.1');
	onTestFinished(() => void socket.destroy());
	await once(socket, 'connect');
	const ends = {
		mine: { address: '127.0.0.1', port: socket.localPort ?? 0 },
		theirs: { address: '127.0.0.1', port },
	};
	expect(acceptedBy(ends)).toBeUndefined();
	server.stdin.write('\n');
	await once(server.stdout, 'data');
	const sockets = new Set([`socket:[${acceptedBy(ends)}]`]);
	await until(() => holds(server.pid ?? 0, sockets) === true);
	expect(holds(process.pid, sockets)).toBe(false);
	// It accepts and polls nothing.
	expect(
		polls(
			server.pid ?? 0,
			listenersOn(port).map(({ inode }) => inode),
		),
	).toBe(false);
});

test('who waits for connections with epoll is seen to', async () => {
	const server = createServer();
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	const inodes = listenersOn(port).map(({ inode }) => inode);
	expect(inodes).toHaveLength(1);
	await until(() => polls(process.pid, inodes));
	expect(polls(process.pid, ['1'])).toBe(false);
	expect(polls(0, inodes)).toBe(false);
});

test('addresses are as the kernel lists them', () => {
	expect(hexOf('127.0.0.1')).toEqual(['0100007F', '0000000000000000FFFF00000100007F']);
	expect(hexOf('::1')).toEqual(['00000000000000000000000001000000']);
});

test('what cannot be read is empty', () => {
	expect(read('/proc/nowhere')).toBe('');
});
