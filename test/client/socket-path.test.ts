import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { socketPath } from '../../src/client/socket-path.ts';

test('what the environment says wins, also for root; empty is not set', () => {
	expect(socketPath({ ARCHON_SOCKET: '/a/b' }, 0)).toBe('/a/b');
	expect(socketPath({ ARCHON_SOCKET: 'b' }, 1000)).toBe(path.resolve('b'));
	expect(socketPath({ ARCHON_SOCKET: '', XDG_RUNTIME_DIR: '/run/user/0' }, 0)).toBe(
		'/run/archon/archon.sock',
	);
});

test('others have it in their runtime directory', () => {
	expect(socketPath({ XDG_RUNTIME_DIR: '/run/user/7' }, 7)).toBe('/run/user/7/archon/archon.sock');
});

test('or in a folder of theirs in /tmp, which nobody else may own or open', () => {
	// A user that nobody is: the folder is ours, not theirs.
	const uid = 3_000_000_000 + process.pid;
	const folder = `/tmp/archon-${uid}`;
	expect(socketPath({ XDG_RUNTIME_DIR: 'relative' }, uid)).toBe(`${folder}/archon/archon.sock`);
	mkdirSync(folder, { mode: 0o700 });
	onTestFinished(() => rmSync(folder, { recursive: true }));
	expect(() => socketPath({}, uid)).toThrow(expect.objectContaining({ code: 'EPERM' }));
	chmodSync(folder, 0o777);
	expect(() => socketPath({}, uid)).toThrow('belongs to somebody else');
});
