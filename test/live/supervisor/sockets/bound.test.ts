import { once } from 'node:events';
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../../../src/native/index.ts';
import type { Address } from '../../../../src/service/address.ts';
import { bindSocket, unbindPath } from '../../../../src/supervisor/sockets/bound.ts';
import { temporary } from '../../../archon.ts';
import { loopback, port } from '../../address.ts';

const plain = { umask: 0o022, owner: undefined };

/** What is bound, until the test is over. */
function bound(address: Address, look = plain as Parameters<typeof bindSocket>[2]) {
	const fd = bindSocket(native, address, look);
	if (typeof fd === 'number') {
		onTestFinished(() => void native.close(fd));
	}
	return fd;
}

const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);

test('a path has the mode and the owner that it would have if the service had made it', () => {
	const path = `${temporary()}/x`;
	expect(bound({ tag: 'unix', path })).toEqual(expect.any(Number));
	expect(modeOf(path)).toBe('755');
	unbindPath({ tag: 'unix', path });
	const owner = process.getuid?.() === 0 ? { uid: 1234, gid: 4321 } : undefined;
	expect(bound({ tag: 'unix', path }, { umask: 0o007, owner })).toEqual(expect.any(Number));
	expect(modeOf(path)).toBe('770');
	expect(lstatSync(path)).toMatchObject(owner ?? {});
});

test('a socket that nobody answers on is replaced, anything else is not', async () => {
	const path = `${temporary()}/x`;
	const address = { tag: 'unix', path } as const;
	const left = bindSocket(native, address, plain) as number;
	expect(bound(address)).toEqual({
		refused: `sockets: unix:${path}: address already in use: somebody answers there, or it is no socket`,
	});
	native.close(left);
	expect(bound(address)).toEqual(expect.any(Number));
	unbindPath(address);
	writeFileSync(path, 'mine');
	expect(bound(address)).toMatchObject({ refused: expect.stringContaining('already in use') });
	unbindPath(address);
	expect(lstatSync(path).isFile()).toBe(true);
});

test('what cannot be bound is refused with the reason', async () => {
	const directory = temporary();
	mkdirSync(`${directory}/a`);
	expect(bound({ tag: 'unix', path: `${directory}/b/x` })).toEqual({
		refused: `sockets: unix:${directory}/b/x: no such file or directory`,
	});
	const host = loopback();
	const tcp = (number: number, v6only = false, at = host) =>
		({ tag: 'tcp', host: at, port: number, v6only }) as const;
	const server = createServer().listen(port, host);
	onTestFinished(() => void server.close());
	await once(server, 'listening');
	expect(bound(tcp(port))).toEqual({
		refused: `sockets: tcp:${host}:${port}: address already in use by a process of uid ${process.getuid?.()}`,
	});
	expect(bound(tcp(80, false, '192.0.2.1'))).toEqual({
		refused: 'sockets: tcp:192.0.2.1:80: address not available: no interface of this machine has it',
	});
	const denied = { listenInet: () => -13, listenUnix: () => -13, tcpListeners: () => [] };
	expect(bindSocket(denied, tcp(1023), plain)).toMatchObject({
		refused: expect.stringContaining(
			'permission denied: a port below 1024 takes root or CAP_NET_BIND_SERVICE',
		),
	});
	expect(bindSocket(denied, tcp(1024), plain)).toEqual({
		refused: `sockets: tcp:${host}:1024: permission denied`,
	});
});
