import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { temporary } from '../archon.ts';
import { ctl, type Result, resultOf, start } from './archonctl.ts';
import { listener, type Peer, peer } from './peer.ts';

const isPing = ([name]: readonly string[]) => name === 'Ping';

/** Answers a Ping at once, and everything else with this when whoever sent the Ping has left. */
async function busy(reply: string): Promise<Peer> {
	let answer = (): void => {};
	return await peer((record, connection) => {
		if (isPing(record)) {
			connection.write('Ok\n');
			connection.once('end', () => answer());
		} else {
			answer = () => connection.write(reply);
		}
	});
}

/** What it says when the daemon that it waits for comes up after all. */
async function late(args: readonly string[], reply: string): Promise<Result & { socket: string }> {
	let asked = 0;
	let answer = () => {};
	const socket = await listener((connection) => {
		asked++;
		if (asked === 1) {
			connection.resume(); // what waits there unread holds the descriptors of a run
			answer = () => connection.write(reply);
		}
	});
	const child = start(args, { socket });
	const ended = resultOf(child);
	child.stderr.once('data', () => answer());
	return { ...(await ended), socket };
}

const waits = (socket: string) =>
	`archonctl: waiting for archond on ${socket}: it is there, but its daemon has not answered for 2s (archond's standard error says why)\n`;

test.each([
	[['ping'], 'Ok\n', { code: 0, stdout: '' }],
	[['status', '--json'], 'Columns,name\nOk\n', { code: 0, stdout: '[]\n' }],
	[['run', 'ls'], 'ExitStatus,4\n', { code: 4, stdout: '' }],
])('%j says once that no daemon answers, and waits on', async (args, reply, expected) => {
	const { socket, stderr, ...rest } = await late(args, reply);
	expect(stderr).toBe(waits(socket));
	expect(rest).toEqual(expected);
});

test.each([
	[['wait', 'web', 'running'], 'Ok\n', 0],
	[['run', 'ls'], 'ExitStatus,3\n', 3],
])('%j may take long without a word where the daemon answers others', async (args, reply, code) => {
	const daemon = await busy(reply);
	expect(await ctl(args, daemon)).toEqual({ code, stdout: '', stderr: '' });
	expect(daemon.heard.filter(isPing)).toHaveLength(1);
});

test('what is answered at once is asked nothing else', async () => {
	const daemon = await peer((_, connection) => connection.write('Ok\n'));
	expect(await ctl(['stop', 'web'], daemon)).toMatchObject({ code: 0 });
	expect(daemon.heard).toEqual([['Stop', 'web']]);
});

/** A socket with room for one who waits; told to, it lets in all who come and answers each once. */
async function crowded(): Promise<{ socket: string; letIn: () => void }> {
	const socket = `${temporary()}/socket`;
	const program = [
		'import socket, sys',
		's = socket.socket(socket.AF_UNIX)',
		's.bind(sys.argv[1])',
		's.listen(0)',
		'print("listens", flush=True)',
		'sys.stdin.readline()',
		'there = []',
		'while True:',
		'    there.append(s.accept()[0])',
		'    there[-1].send(b"Ok\\n")',
	].join('\n');
	const child = spawn('python3', ['-c', program, socket], { stdio: ['pipe', 'pipe', 'inherit'] });
	onTestFinished(() => void child.kill('SIGKILL'));
	await once(child.stdout, 'data');
	return { socket, letIn: () => child.stdin.write('\n') };
}

test.each([
	['it is the last who is let in', false],
	['it is not let in itself', true],
])('where so many wait that there is no room, and %s, it says so once and waits on', async (_, isFull) => {
	const { socket, letIn } = await crowded();
	if (isFull) {
		const other = connect(socket);
		onTestFinished(() => void other.destroy());
		await once(other, 'connect');
	}
	const child = start(['ping'], { socket });
	const ended = resultOf(child);
	child.stderr.once('data', letIn);
	expect(await ended).toEqual({
		code: 0,
		stdout: '',
		stderr: `archonctl: waiting for archond on ${socket}: it is there, but so many wait for its daemon that there is no room for more (archond's standard error says why)\n`,
	});
});
