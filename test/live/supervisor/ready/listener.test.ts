import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../../../src/native/index.ts';
import { strangerAt } from '../../../../src/supervisor/ready/listener.ts';
import { Child } from '../../marked.ts';

async function listen(host: string): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, host, resolve));
	onTestFinished(() => void server.close());
	return (server.address() as AddressInfo).port;
}

const uid = process.getuid?.();

test.each([
	['127.0.0.1', '127.0.0.1'],
	['0.0.0.0', '127.0.0.1'],
	['::1', '::1'],
	['::', '::1'],
	['::', '127.0.0.1'],
	['127.0.0.1', '::ffff:127.0.0.1'],
])('one that listens on %s is found at %s', async (host, address) => {
	const port = await listen(host);
	const other = await Child.begin();
	expect(strangerAt(native, { address, port }, [other.pid])).toBe(uid);
	expect(strangerAt(native, { address, port }, [other.pid, process.pid])).toBe(undefined);
	expect(strangerAt(native, { address, port }, [])).toBe(uid);
});

test('of two on one port the one of that very address answers', async () => {
	const port = await listen('127.0.0.1');
	const child = await Child.begin(
		`exec python3 -c 'import socket, time; s = socket.socket(); s.bind(("127.0.0.2", ${port})); s.listen(); print("up", flush=True); time.sleep(60)'`,
	);
	expect(strangerAt(native, { address: '127.0.0.1', port }, [child.pid])).toBe(uid);
	expect(strangerAt(native, { address: '127.0.0.2', port }, [child.pid])).toBe(undefined);
});

test('where nobody here listens nothing can be told', () => {
	expect(strangerAt(native, { address: '192.0.2.1', port: 9 }, [process.pid])).toBe(undefined);
	expect(strangerAt(native, { address: 'localhost', port: 9 }, [])).toBe(undefined);
	expect(strangerAt({ tcpListeners: () => -38 }, { address: '127.0.0.1', port: 9 }, [])).toBe(undefined);
});

test('a process that has ended holds nothing', async () => {
	const port = await listen('127.0.0.1');
	expect(strangerAt(native, { address: '127.0.0.1', port }, [999_999_999])).toBe(uid);
});

test('an address of one link is looked for without its interface', () => {
	const asked: string[] = [];
	const tcpListeners = (address: string) => {
		asked.push(address);
		return [{ uid: 7, inode: 1 }];
	};
	expect(strangerAt({ tcpListeners }, { address: 'fe80::1%eth0', port: 9 }, [])).toBe(7);
	expect(asked).toEqual(['fe80::1']);
});
