import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../src/native/index.ts';
import { Archon } from '../archon.ts';
import { archonctl, type Child, ctl, resultOf, start } from '../cli/archonctl.ts';
import { Watch } from '../session/watch.ts';
import { until } from './until.ts';

test("run prints the caller's directory where the caller prints, and exits with the program's code", async () => {
	const archon = await Archon.start();
	mkdirSync(`${archon.directory}/here/inside`, { recursive: true });
	const options = { socket: archon.socket, cwd: `${archon.directory}/here` };
	expect(await ctl(['run', 'ls'], options)).toEqual({ code: 0, stdout: 'inside\n', stderr: '' });
	expect(await ctl(['run', '--', 'sh', '-c', 'echo "a, b" >&2; exit 3'], options)).toEqual({
		code: 3,
		stdout: '',
		stderr: 'a, b\n',
	});
});

test('run passes its input on', async () => {
	const { socket } = await Archon.start();
	expect(await ctl(['run', 'cat'], { socket, input: 'hi\n' })).toEqual({
		code: 0,
		stdout: 'hi\n',
		stderr: '',
	});
});

test('run -C starts in another directory, also in one that only has a name relative to here', async () => {
	const archon = await Archon.start();
	mkdirSync(`${archon.directory}/sub`);
	const options = { socket: archon.socket, cwd: archon.directory };
	const sub = `${realpathSync(archon.directory)}/sub\n`;
	expect((await ctl(['run', '-C', 'sub', '--', 'pwd', '-P'], options)).stdout).toBe(sub);
	expect((await ctl(['run', '-C', `${archon.directory}/sub`, '--', 'pwd', '-P'], options)).stdout).toBe(sub);
});

test('the environment of a run is clean but for TERM and what -e sets; -E passes all', async () => {
	const { socket } = await Archon.start();
	const env = { TERM: 'vt100', MINE: 'x' };
	const plain = await ctl(['run', '-e', 'A=b,"c"\n', '--', 'sh', '-c', 'echo "$TERM,$MINE,$A"'], {
		socket,
		env,
	});
	expect(plain.stdout).toBe('vt100,,b,"c"\n\n');
	const whole = await ctl(['run', '-E', '--', 'sh', '-c', 'echo "$TERM,$MINE"'], { socket, env });
	expect(whole.stdout).toBe('vt100,x\n');
});

test('a descriptor that is closed is /dev/null for the program', async () => {
	const { socket } = await Archon.start();
	const script = 'exec "$0" run -- sh -c \'readlink /proc/$$/fd/0 /proc/$$/fd/2\' <&- 2>&-';
	const child = spawn('sh', ['-c', script, archonctl], {
		env: { ARCHON_SOCKET: socket },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	expect(await resultOf(child)).toMatchObject({ code: 0, stdout: '/dev/null\n/dev/null\n' });
});

test('a run whose record is larger than the buffer of the socket has its descriptors too', async () => {
	const { socket } = await Archon.start();
	const settings = Array.from({ length: 7 }, (_, i) => ['-e', `A${i}=${'x'.repeat(100_000)}`]).flat();
	const { code, stdout } = await ctl(['run', ...settings, '--', 'sh', '-c', 'echo "$A6" | wc -c'], {
		socket,
	});
	expect({ code, stdout }).toEqual({ code: 0, stdout: '100001\n' });
});

test('HUP, INT, QUIT, TERM, USR1, USR2 and WINCH reach the program, whose code is the exit code', async () => {
	const { socket } = await Archon.start();
	for (const signal of ['HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2', 'WINCH']) {
		const script = `trap 'echo ${signal}; exit 42' ${signal}; echo ready; while :; do sleep 0.01; done`;
		const child = start(['run', '--', 'sh', '-c', script], { socket });
		const ended = resultOf(child);
		await once(child.stdout, 'data');
		child.kill(`SIG${signal}` as NodeJS.Signals);
		expect(await ended).toEqual({ code: 42, stdout: `ready\n${signal}\n`, stderr: '' });
	}
});

test('a program that a signal ends is 128+N', async () => {
	const { socket } = await Archon.start();
	const child = start(['run', '--', 'sh', '-c', 'echo ready; exec sleep 60'], { socket });
	await once(child.stdout, 'data');
	child.kill('SIGTERM');
	expect(await resultOf(child)).toMatchObject({ code: 143, stderr: '' });
});

test('a signal right after the start is not lost, whenever it comes', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'types=process.started');
	const moments: [come: (child: Child, name: string) => unknown, codes: string[]][] = [
		// While nothing is asked yet, the signal ends archonctl itself.
		[() => {}, ['143,', ',SIGTERM']],
		[(child) => until(() => catches(child, 15)), ['143,']],
		[(_, name) => watch.event('process.started', name), ['143,']],
	];
	for (let round = 0; round < 15; round++) {
		const name = `round-${round}`;
		const [come, codes] = moments[round % 3] as (typeof moments)[number];
		const child = start(['run', '--name', name, '--', 'sleep', '60'], archon);
		const ended = once(child, 'exit');
		await come(child, name);
		child.kill('SIGTERM');
		expect(codes).toContain((await ended).join(','));
	}
});

/** Whether it keeps that signal from ending it: it reads it by itself. */
function catches({ pid }: Child, signal: number): boolean {
	const [, mask = '0'] = /^SigBlk:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
	return ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}

test("Ctrl-C at the terminal reaches the program, which has the terminal's descriptors", async () => {
	const { socket } = await Archon.start();
	const script = `trap "echo caught; exit 5" INT; test -t 0 && test -t 1 && echo ready; while :; do sleep 0.01; done`;
	const shown = await terminal(`"${archonctl}" run -- sh -c '${script}'`, socket);
	await shown.shows('ready');
	shown.type('\u0003');
	expect(await shown.ended).toBe(5);
	expect(shown.text()).toContain('caught');
});

test('Ctrl-C does not reach a program that a script put into the background', async () => {
	const archon = await Archon.start();
	const go = `${archon.directory}/go`;
	const program = `trap "exit 9" INT; echo ready; until test -e ${go}; do sleep 0.01; done; exit 4`;
	const script = `
		trap "echo interrupted" INT
		"${archonctl}" run -- sh -c "$PROGRAM" & pid=$!
		while :; do wait $pid; code=$?; kill -0 $pid 2>/dev/null || exit $code; done`;
	const shown = await terminal(`sh -c '${script}'`, archon.socket, { PROGRAM: program });
	await shown.shows('ready');
	shown.type('\u0003');
	await shown.shows('interrupted');
	writeFileSync(go, '');
	expect(await shown.ended).toBe(4);
});

test('monitor-fd --pid watches a process that archon did not start, to its exit code', async () => {
	const archon = await Archon.start();
	const child = spawn('sh', ['-c', 'read line; exit 7'], { stdio: ['pipe', 'ignore', 'ignore'] });
	expect(await ctl(['monitor-fd', '--pid', String(child.pid), '--name', 'other'], archon)).toEqual({
		code: 0,
		stdout: '',
		stderr: '',
	});
	child.stdin.end('\n');
	expect(await ctl(['wait', 'other', 'exited', '5s'], archon)).toMatchObject({ code: 0 });
	const { stdout } = await ctl(['events', '--json', '--names', 'other'], archon);
	const events = JSON.parse(stdout) as { type: string; fields: Record<string, unknown> }[];
	expect(events.map(({ type }) => type)).toEqual(['process.monitored', 'process.exited']);
	expect([7, undefined]).toContain(events[1]?.fields['exit']);
});

test('monitor-fd --fd passes a pidfd that it inherited', async () => {
	const archon = await Archon.start();
	const child = spawn('sleep', ['60'], { stdio: 'ignore' });
	const pidfd = native.pidfdOpen(child.pid as number);
	onTestFinished(() => {
		native.close(pidfd);
		child.kill();
	});
	const watcher = spawn(archonctl, ['monitor-fd', '--fd', '3', '--name', 'held'], {
		env: { ARCHON_SOCKET: archon.socket },
		stdio: ['ignore', 'ignore', 'inherit', pidfd],
	});
	expect(await once(watcher, 'close')).toEqual([0, null]);
	const { stdout } = await ctl(['status', 'held', '--json'], archon);
	expect(JSON.parse(stdout)).toMatchObject([
		{ name: 'held', kind: 'foreign', state: 'running', pid: child.pid },
	]);
});

test('a descriptor that is no pidfd is an Error', async () => {
	const { socket } = await Archon.start();
	const { code, stderr } = await ctl(['monitor-fd', '--fd', '0'], { socket });
	expect(code).toBe(1);
	expect(stderr).toMatch(/^archonctl: .+\n$/);
});

test('start-daemon starts in the directory of the caller, status and logs show it', async () => {
	const archon = await Archon.start();
	mkdirSync(`${archon.directory}/work`);
	const options = { socket: archon.socket, cwd: `${archon.directory}/work` };
	const script = 'pwd; printf "tab\\tand \\033[2J gr\\303\\274n\\n" >&2; exec sleep 60';
	expect(await ctl(['start-daemon', '--name', 'web', '--', 'sh', '-c', script], options)).toEqual({
		code: 0,
		stdout: '',
		stderr: '',
	});
	const { stdout } = await ctl(['status', '--json'], options);
	expect(JSON.parse(stdout)).toMatchObject([
		{ name: 'web', kind: 'daemon', state: 'running', pid: expect.any(Number), restarts: 0, last: null },
	]);
	expect(await ctl(['stop', 'web'], options)).toMatchObject({ code: 0 });
	const logs = (await ctl(['logs', 'web', '--lines', '10'], options)).stdout.split('\n');
	expect(logs.map((line) => line.replace(/^\S+Z /, '')).sort()).toEqual([
		'',
		' stderr  tab\tand \\u{1b}[2J grün',
		` stdout  ${realpathSync(archon.directory)}/work`,
	]);
	expect((await ctl(['status'], options)).stdout).toMatch(
		/^name +kind +state .*\nweb +daemon +stopped +- .*\n$/,
	);
});

test('an event is followed as a line as soon as it happens, and the end of the daemon ends it with 3', async () => {
	const archon = await Archon.start();
	const follower = start(['subscribe', '--json'], archon);
	const ended = resultOf(follower);
	const first = once(follower.stdout, 'data');
	// Its Ok is not shown, so events are made until the first one is.
	let seen = false;
	first.then(() => {
		seen = true;
	});
	while (!seen) {
		await ctl(['run', 'true'], archon);
	}
	expect(await ctl(['shutdown'], archon)).toMatchObject({ code: 0 });
	const { code, stdout, stderr } = await ended;
	expect(code).toBe(3);
	expect(stderr).toMatch(
		/^archonctl: the connection ended after event \d+ \(since=\d+ goes on from there\)\n$/,
	);
	const events = stdout.split('\n').slice(0, -1);
	expect(events.map((line) => JSON.parse(line).type)).toContain('process.exited');
	expect(await ctl(['ping'], archon)).toMatchObject({ code: 3 });
});

test('every verb of archonctl is a request that the daemon knows, and the other way round', async () => {
	const archon = await Archon.start();
	const { stdout: help } = await ctl(['help', '--json'], archon);
	const requests = (JSON.parse(help) as { request: string }[]).map(({ request }) => request);
	const { stdout: usage } = await ctl(['--help'], archon);
	// `rules test` is archonctl's own.
	const verbs = [...usage.matchAll(/^ {2}([a-z][a-z-]+) (?!test )/gm)].map(([, verb]) => verb as string);
	const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
	expect(verbs.sort()).toEqual(requests.map(kebab).sort());
});

/** A command on a terminal of its own, which script(1) provides. */
async function terminal(command: string, socket: string, env = {}) {
	const child = spawn('script', ['-qec', `exec ${command}`, '/dev/null'], {
		env: { PATH: process.env['PATH'], ARCHON_SOCKET: socket, SHELL: '/bin/sh', ...env },
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	let text = '';
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
		text += chunk;
	});
	const ended = once(child, 'close').then(([code]) => code as number);
	const shows = async (word: string) => {
		while (!text.includes(word)) {
			await once(child.stdout, 'data');
		}
	};
	return { text: () => text, type: (keys: string) => child.stdin.write(keys), shows, ended };
}
