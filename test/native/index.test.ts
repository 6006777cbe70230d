import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { native } from '../../src/native/index.ts';
import { epoll } from '../../src/native/poller.ts';

const { EAGAIN, EBADF, EEXIST, EINVAL, EMSGSIZE, ENOENT, ENOTTY, ESRCH } = constants.errno;
const directory = mkdtempSync(join(tmpdir(), 'archon-native-'));
const ledgerSize = 4096 + 52 * 16384 + (160 + 32) * 16384;
let seen: Array<[token: number, events: number]> = [];
let wanted: { token: number; found: () => void } | undefined;

native.start((count) => {
	for (let i = 0; i < count; i++) {
		const [token = 0, events = 0] = native.ready.subarray(2 * i, 2 * i + 2);
		seen.push([token, events]);
		if (token === wanted?.token) {
			wanted.found();
		}
	}
});
beforeEach(() => {
	seen = [];
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Some ledger to map, all zero. */
function ledgerFile(): string {
	const path = join(directory, 'ledger');
	writeFileSync(path, '');
	truncateSync(path, ledgerSize);
	return path;
}

function comesUp(token: number): Promise<void> {
	return new Promise((found) => {
		wanted = { token, found };
	});
}

/** A FIFO, which is one end of itself: what is written can be read. */
function fifo(name: string): number {
	expect(native.mkfifo(join(directory, name), -1, -1)).toBe(0);
	return openSync(join(directory, name), 'r+');
}

test('what is watched comes up with its token, and no more once unwatched', async () => {
	const fd = fifo('watched');
	expect(native.watch(fd, 41, epoll.in | epoll.out)).toBe(0);
	await comesUp(41);
	expect(seen[0]).toEqual([41, epoll.out]);
	expect(native.change(fd, 42, 0)).toBe(0);
	expect(native.unwatch(fd)).toBe(0);
	expect(native.unwatch(fd)).toBe(-ENOENT);
	closeSync(fd);
});

test('a descriptor that is none is EBADF everywhere', () => {
	expect(native.watch(9999, 1, epoll.in)).toBe(-EBADF);
	expect(native.close(9999)).toBe(-EBADF);
	expect([native.peek(9999), native.receive(9999)]).toEqual([-EBADF, -EBADF]);
	expect(native.peekBegin(9999)).toBe(-EBADF);
	expect(native.consume(9999, 1)).toBe(-EBADF);
	expect(native.consumeMarked(9999, 1, new Uint8Array(1))).toBe(-EBADF);
	expect(native.sendText(9999, 'x')).toBe(-EBADF);
	expect(native.peer(9999)).toBe(-EBADF);
	expect(native.accept(9999)).toBe(-EBADF);
	expect(native.hangUp(9999)).toBe(-EBADF);
	expect(native.unread(9999)).toBe(-EBADF);
	expect(native.pidfdInfo(9999)).toBe(-EBADF);
	expect(native.eventfdWrite(9999)).toBe(-EBADF);
	expect(native.mapLedger(9999)).toBe(-EBADF);
});

test('a FIFO tells how much of it is unread', () => {
	const fd = fifo('unread');
	expect(native.eventfdWrite(fd)).toBe(0);
	expect(native.unread(fd)).toBe(8);
	expect(native.mkfifo(join(directory, 'unread'), -1, -1)).toBe(-EEXIST);
	closeSync(fd);
});

test('a connection is accepted, served by bytes and text, and hung up', async () => {
	const path = join(directory, 'socket');
	const client = spawn(process.execPath, ['-e', speak, path], { stdio: ['ignore', 'pipe', 'inherit'] });
	const said = new Promise<string>((done) => {
		let text = '';
		client.stdout.on('data', (bytes) => {
			text += bytes;
		});
		client.on('close', () => done(text));
	});
	const { server, socket } = await connection(path);
	const fd = fdOf(socket);
	expect(native.peer(fd)).toEqual({ pid: client.pid, uid: process.getuid?.(), gid: process.getgid?.() });
	expect(native.sendText(fd, 'gr\xfc\xdfe\n')).toBe(6);
	expect(native.sendText(fd, 'x'.repeat(65537))).toBe(-EMSGSIZE);
	const bytes = Buffer.from('..bytes..');
	expect(native.send(fd, bytes, 2, 7)).toBe(5);
	expect(native.send(fd, bytes, 2, 10)).toBe(-EINVAL);
	expect(native.send(fd, bytes, 7, 2)).toBe(-EINVAL);
	expect(native.watch(fd, 51, epoll.in)).toBe(0);
	await comesUp(51);
	expect(native.peekBegin(fd)).toBe(0);
	expect(native.peek(fd)).toBe(6);
	expect(native.inbox.toString('latin1', 0, 6)).toBe('hello\n');
	expect(native.passed[0]).toBe(0);
	expect(native.peek(fd)).toBe(-EAGAIN);
	const mark = new Uint8Array(2);
	expect([native.consumeMarked(fd, 2, mark), ...mark]).toEqual([2, 'h'.charCodeAt(0), 0]);
	expect([native.consume(fd, 2), native.receive(fd)]).toEqual([2, 2]);
	expect(native.inbox.toString('latin1', 0, 2)).toBe('o\n');
	expect([native.consume(fd, 9), native.receive(fd)]).toEqual([-EAGAIN, -EAGAIN]);
	expect(native.unwatch(fd)).toBe(0);
	expect(native.hangUp(fd)).toBe(0);
	expect(await said).toBe('6772fcdf650a6279746573');
	socket.destroy();
	server.close();
});

const speak = `
	const socket = require('net').connect(process.argv[1], () => socket.write('hello\\n'));
	socket.on('data', (bytes) => process.stdout.write(bytes.toString('hex')));
`;

/** Node's own listener, paused: what comes is left to the addon. */
function connection(path: string): Promise<{ server: ReturnType<typeof createServer>; socket: Socket }> {
	return new Promise((connected) => {
		const server = createServer({ pauseOnConnect: true }, (socket) => connected({ server, socket }));
		server.listen(path);
	});
}

function fdOf(socket: Socket): number {
	return (socket as unknown as { _handle: { fd: number } })._handle.fd;
}

test('a pidfd tells of its process, and then of its end', async () => {
	const child = spawn('/bin/sh', ['-c', 'read line; exit 42'], { stdio: ['pipe', 'ignore', 'ignore'] });
	const pid = child.pid ?? 0;
	const pidfd = native.pidfdOpen(pid);
	const uid = process.getuid?.();
	expect(native.pidfdInfo(pidfd)).toEqual({ pid, ppid: process.pid, ruid: uid, suid: uid, exit: -1 });
	expect(native.pidfdSignal(pidfd, 0)).toBe(0);
	expect(native.watch(pidfd, 61, 0)).toBe(0);
	child.stdin.end('\n');
	await comesUp(61);
	expect(native.pidfdInfo(pidfd)).toMatchObject({ pid: 0, exit: 42 << 8 });
	expect(native.pidfdSignal(pidfd, 0)).toBe(-ESRCH);
	native.unwatch(pidfd);
	native.close(pidfd);
});

test('what is no pidfd is ENOTTY', () => {
	const fd = openSync('/etc/passwd', 'r');
	expect(native.pidfdInfo(fd)).toBe(-ENOTTY);
	closeSync(fd);
});

test('descriptors are closed on another thread', async () => {
	const fd = fifo('later');
	const writer = openSync(join(directory, 'later'), 'w');
	const reader = openSync(join(directory, 'later'), 'r');
	closeSync(fd);
	native.watch(reader, 71, 0); // the last writer's end comes as EPOLLHUP
	expect(native.closeLater([writer])).toBe(0);
	await comesUp(71);
	expect(seen).toEqual([[71, epoll.hup]]);
	native.unwatch(reader);
	closeSync(reader);
});

test('that somebody sets the clock can be watched for', () => {
	const fd = native.clockWatch();
	expect(fd).toBeGreaterThan(2);
	expect(native.watch(fd, 81, epoll.in)).toBe(0);
	expect(native.eventfdRead(fd)).toBe(0);
	native.unwatch(fd);
	native.close(fd);
});

test('a ledger is mapped once it is large enough', () => {
	const fd = openSync(ledgerFile(), 'r+');
	const [first, second] = [native.mapLedger(fd), native.mapLedger(fd)];
	expect(first).toBeInstanceOf(ArrayBuffer);
	new Int32Array(first as ArrayBuffer)[9] = 7;
	expect(new Int32Array(second as ArrayBuffer)[9]).toBe(7);
	expect(native.markOf(process.pid)).toBe(0);
	const small = openSync('/etc/passwd', 'r');
	expect(native.mapLedger(small)).toBe(-EINVAL);
	closeSync(small);
	closeSync(fd);
});

test('a process is started as a child of our parent, and the end of its exec comes up', async () => {
	const told = await starting(['/nowhere/sh', '/bin/sh'], ['sh', '-c', 'echo $A $PPID; pwd']);
	expect(told.result).toBe(0);
	expect(told.pid).toBe(told.noted);
	expect(told.output).toBe(`b ${told.parent}\n/usr\n`);
	expect(told).toMatchObject({ stage: 14, err: 0, again: -ENOENT });
});

test('a start that fails says where and why', async () => {
	const told = await starting(['/nowhere/nosuch'], ['nosuch']);
	expect(told.output).toBe('archon: cannot run "nosuch": exec: no such file or directory\n');
	expect(told).toMatchObject({ result: 0, stage: 14, err: ENOENT });
});

test('a process carries the number of its start', async () => {
	expect(await starting(['/bin/sleep'], ['sleep', '60'], constants.signals.SIGKILL)).toMatchObject({
		mark: 77,
	});
});

/** Starts from a Node whose parent, a shell, reaps what it never knew. */
async function starting(candidates: string[], args: string[], signal = 0) {
	const request = { ledger: ledgerFile(), output: join(directory, 'out'), candidates, args, signal };
	writeFileSync(request.output, '');
	const index = new URL('../../src/native/index.ts', import.meta.url).href;
	const node = [process.execPath, '--input-type=module', '-e', startOne, index, JSON.stringify(request)];
	const { stdout } = await promisify(execFile)('/bin/sh', ['-c', '"$0" "$@"; exit $?', ...node]);
	return { ...JSON.parse(stdout), output: readFileSync(request.output, 'utf8') };
}

const startOne = `
	import { openSync } from 'node:fs';
	const { native } = await import(process.argv[1]);
	const { ledger, output, candidates, args, signal } = JSON.parse(process.argv[2]);
	const memory = native.mapLedger(openSync(ledger, 'r+'));
	const slot = 3, at = 4096 + 52 * 16384 + 160 * slot, words = new Int32Array(memory);
	new BigUint64Array(memory)[2] = 0x123456700000000n;
	new Float64Array(memory)[(at + 24) / 8] = 77;
	let mark;
	native.start(() => {
		if (native.ready[0] === 5 && native.spawnDone(slot) === 0) {
			mark = native.markOf(pid);
			native.pidfdSignal(pidfd, signal);
			native.watch(pidfd, 6, 1);
		} else if (native.ready[0] === 6) {
			const [stage, err] = words.subarray(at / 4 + 1);
			const told = { result, pid, noted: words[1024 + slot], mark, parent: process.ppid, stage, err };
			console.log(JSON.stringify({ ...told, again: native.spawnDone(slot) }));
			process.exit();
		}
	});
	const strings = [...candidates, ...args, 'A=b', 'C=d', '/usr', output, output];
	const result = native.spawn({
		slot, block: Buffer.from(strings.map((string) => string + '\\0').join('')),
		candidates: candidates.length, argc: args.length, envc: 2,
		stdin: -1, stdout: -1, stderr: -1, directory: -1, execToken: 5,
	});
	const [pid, pidfd] = native.spawned;
`;
