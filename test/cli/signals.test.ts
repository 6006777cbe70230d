import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { until } from '../live/until.ts';
import { archonctl, resultOf, start } from './archonctl.ts';
import { type Behaviour, listener, type Peer, peer } from './peer.ts';

const isRun = ([name]: readonly string[]) => name === 'Run';
const isSignal = ([name]: readonly string[]) => name === 'Signal';

/** A daemon whose Run ends when the test says so; a Signal is answered by `onSignal`. */
async function daemonWith(onSignal: Behaviour): Promise<Peer & { end(text: string): void }> {
	let run: Socket | undefined;
	const daemon = await peer((record, connection) => {
		if (isRun(record)) {
			run = connection;
		} else if (isSignal(record)) {
			onSignal(record, connection);
		}
	});
	return { ...daemon, end: (text) => run?.write(text) };
}

const signalsOf = (daemon: Peer) =>
	daemon.heard.filter(isSignal).map(([, name, signal]) => `${name} ${signal}`);

test.each(['HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2', 'WINCH'] as const)(
	'%s is passed on to the program, and archonctl ends when that does',
	async (signal) => {
		const daemon = await daemonWith((_, connection) => {
			connection.write('Ok\n');
			daemon.end('ExitStatus,42\n');
		});
		const child = start(['run', '--name', 'job', 'sleep,9'], daemon);
		await daemon.hears(isRun);
		child.kill(`SIG${signal}`);
		expect(await resultOf(child)).toEqual({ code: 42, stdout: '', stderr: '' });
		expect(daemon.heard.filter(isSignal)).toEqual([['Signal', 'job', signal]]);
	},
);

test('a signal for a process that does not exist yet is kept until it does', async () => {
	let refusals = 3;
	const daemon = await daemonWith((_, connection) => {
		if (refusals-- > 0) {
			connection.write('Error,nothing is called job\n');
		} else {
			connection.write('Ok\n');
			daemon.end('ExitStatus,143\n');
		}
	});
	const child = start(['run', '--name', 'job', 'sleep,9'], daemon);
	await daemon.hears(isRun);
	child.kill('SIGTERM');
	expect(await resultOf(child)).toEqual({ code: 143, stdout: '', stderr: '' });
	expect(signalsOf(daemon)).toEqual(['job TERM', 'job TERM', 'job TERM', 'job TERM']);
});

test('a signal that is refused for a second is told and given up, and the run is waited for', async () => {
	const daemon = await daemonWith((_, connection) => connection.write('Error,not yours\\u{1b}\n'));
	const child = start(['run', '--name', 'job', 'sleep,9'], daemon);
	await daemon.hears(isRun);
	child.kill('SIGTERM');
	const [line] = await once(child.stderr, 'data');
	expect(String(line)).toBe('archonctl: cannot pass on TERM: not yours\\u{1b}\n');
	daemon.end('ExitStatus,7\n');
	expect(await resultOf(child)).toMatchObject({ code: 7 });
});

test('a daemon that goes away under a signal is asked again', async () => {
	let deaths = 2;
	const daemon = await daemonWith((_, connection) => {
		if (deaths-- > 0) {
			connection.destroy();
		} else {
			connection.write('Ok\n');
			daemon.end('ExitStatus,130\n');
		}
	});
	const child = start(['run', '--name', 'job', 'sleep,9'], daemon);
	await daemon.hears(isRun);
	child.kill('SIGINT');
	expect(await resultOf(child)).toEqual({ code: 130, stdout: '', stderr: '' });
	expect(signalsOf(daemon)).toEqual(['job INT', 'job INT', 'job INT']);
});

test('signals are delivered in order, one after the other, each that waits once', async () => {
	const held: Socket[] = [];
	const daemon = await daemonWith((_, connection) => {
		held.push(connection);
	});
	const child = start(['run', '--name', 'job', 'sleep,9'], daemon);
	await daemon.hears(isRun);
	child.kill('SIGUSR2');
	await daemon.hears(isSignal);
	for (const signal of ['SIGTERM', 'SIGTERM', 'SIGUSR2', 'SIGHUP'] as const) {
		child.kill(signal);
	}
	await until(() => /^ShdPnd:\t0+$/m.test(readFileSync(`/proc/${child.pid}/status`, 'latin1')));
	held[0]?.write('Ok\n');
	await daemon.hears(([name, , signal]) => name === 'Signal' && signal !== 'USR2');
	held[1]?.write('Ok\n');
	await daemon.hears(([name, , signal]) => name === 'Signal' && signal === 'TERM');
	await daemon.hears(([name, , signal]) => name === 'Signal' && signal === 'HUP');
	daemon.end('ExitStatus,0\n');
	expect((await resultOf(child)).code).toBe(0);
	// In which order signals that are pending together are read is the kernel's to say.
	expect(signalsOf(daemon)[0]).toBe('job USR2');
	expect(signalsOf(daemon).slice(1).sort()).toEqual(['job HUP', 'job TERM']);
});

test('the same signal again, when the daemon has not answered for a second, ends archonctl', async () => {
	const daemon = await daemonWith(() => {});
	const child = start(['run', '--name', 'job', 'sleep,9'], daemon);
	await daemon.hears(isRun);
	const asked = performance.now();
	child.kill('SIGINT');
	await daemon.hears(isSignal);
	const result = resultOf(child);
	// Those that come within the second change nothing.
	await until(() => !child.kill('SIGINT') || child.exitCode !== null);
	expect(await result).toEqual({
		code: 3,
		stdout: '',
		stderr: 'archonctl: the daemon does not answer; job may be running still\n',
	});
	expect(performance.now() - asked).toBeGreaterThan(900);
});

test('a signal while the record still waits for room ends archonctl, as nothing was started', async () => {
	const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
	const socket = await listener((connection) => {
		connection.resume().once('data', () => {
			connection.pause();
			begin();
		});
	});
	const args = Array.from({ length: 8 }, (_, i) => ['-e', `A${i}=${'x'.repeat(100_000)}`]).flat();
	const child = start(['run', ...args, 'sleep,9'], { socket });
	await begun;
	child.kill('SIGTERM');
	expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
});

test.each([
	{ signal: 'INT', passed: ['INT'], why: 'a shell ignores it for what it puts in the background' },
	{ signal: 'HUP', passed: [], why: 'nohup ignores it, and a shell that leaves sends it' },
] as const)('$signal, ignored from the start, is passed on as $passed: $why', async ({ signal, passed }) => {
	const daemon = await daemonWith((_, connection) => connection.write('Ok\n'));
	const child = spawn('sh', ['-c', `trap '' ${signal}; exec "$0" run --name job sleep,9`, archonctl], {
		env: { PATH: process.env['PATH'], ARCHON_SOCKET: daemon.socket },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	await daemon.hears(isRun);
	child.kill(`SIG${signal}`);
	child.kill('SIGUSR1');
	await daemon.hears(([, , name]) => name === 'USR1');
	daemon.end('ExitStatus,0\n');
	await resultOf(child);
	expect(signalsOf(daemon).sort()).toEqual([...passed, 'USR1'].map((name) => `job ${name}`));
});
