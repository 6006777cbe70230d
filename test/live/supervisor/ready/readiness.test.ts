import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { play, shown } from '../../../session/actor.ts';
import { ask, rows, status } from '../../../session/ask.ts';
import { freePort } from '../../free-port.ts';
import { isAlive } from '../../told.ts';

async function listening(server: Server): Promise<number> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	return (server.address() as AddressInfo).port;
}

function readPid(directory: string): number {
	try {
		return Number(readFileSync(`${directory}/pid`, 'latin1'));
	} catch {
		return 0;
	}
}

/** One that never is what it should become; its other keys may follow. */
const nap = '[service.web]\nrun = ["sleep", "60"]\n';

const isUp = (archon: Archon) => ask(archon, 'Wait', 'web', 'running', '10s');

test('tcp: it is ready when it listens', async () => {
	const port = await freePort();
	const { archon, actor } = await play(`ready = "tcp:127.0.0.1:${port}"`);
	await expect
		.poll(() => shown(archon))
		.toBe(`starting not ready: tcp:127.0.0.1:${port}: connection refused`);
	await actor.does(`listen(${port})`);
	expect(await isUp(archon)).toBe('Ok');
	expect(await shown(archon)).toBe('running ');
});

test('tcp: a child of it may be the one that listens', async () => {
	const port = await freePort();
	const { archon, actor } = await play(`ready = "tcp:localhost:${port}"`);
	await actor.does(`twin("os.setsid(); listen(${port})")`);
	expect(await isUp(archon)).toBe('Ok');
});

test('tcp: that archon itself listens there for another service does not make it ready, and is said', async () => {
	const port = await freePort();
	const archon = await Archon.configured(`
		[service.web]
		run = ["sleep", "60"]
		ready = "tcp:127.0.0.1:${port}"
		[service.other]
		run = ["sleep", "60"]
		sockets = ["tcp:127.0.0.1:${port}"]
	`);
	const why = 'archon listens there for a service (Sockets says for which), and this one does not';
	await expect.poll(() => shown(archon)).toBe(`starting not ready: tcp:127.0.0.1:${port}: ${why}`);
});

test('tcp: that somebody else listens there does not make it ready', async () => {
	const port = await listening(createServer());
	const { archon } = await play(`ready = "tcp:127.0.0.1:${port}"`);
	await expect
		.poll(() => shown(archon))
		.toBe(
			`starting not ready: tcp:127.0.0.1:${port}: another process listens there (uid ${process.getuid?.()})`,
		);
});

test('http: 2xx and 3xx are good, anything else is said', async () => {
	const port = await freePort();
	const { archon, actor } = await play(`ready = "http://127.0.0.1:${port}/health?x=1"`);
	const page = [
		'import http.server, threading',
		'class Page(http.server.BaseHTTPRequestHandler):',
		'    status = 503',
		'    def do_GET(self): self.send_response(self.status if self.path == "/health?x=1" else 404); self.end_headers()',
		'    def log_message(self, *_): pass',
		`server = http.server.HTTPServer(("127.0.0.1", ${port}), Page)`,
		'threading.Thread(target=server.serve_forever, daemon=True).start()',
	].join('\n');
	await actor.does(page);
	await expect
		.poll(() => shown(archon))
		.toBe(`starting not ready: http://127.0.0.1:${port}/health?x=1: answered 503`);
	await actor.does('Page.status = 302');
	expect(await isUp(archon)).toBe('Ok');
});

test('http: a server that never answers is asked again, and the missed time says what was last', async () => {
	const port = await listening(createHttp(() => {}) as unknown as Server);
	const archon = await Archon.configured(
		`${nap}ready = "http://127.0.0.1:${port}/"\nstart_timeout = "300ms"\nrestart = "never"\n`,
	);
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect((await status(archon, 'web'))['reason']).toBe(
		`not ready after 300ms: http://127.0.0.1:${port}/: no answer yet`,
	);
});

test('a start that is not ready in time says which check failed last', async () => {
	const port = await freePort();
	const archon = await Archon.configured(
		`${nap}ready = "tcp:127.0.0.1:${port}"\nstart_timeout = "500ms"\nlimit = { failures = 2 }\nbackoff = { from = "1ms" }\n`,
	);
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect((await status(archon, 'web'))['reason']).toBe(
		`not ready after 500ms: tcp:127.0.0.1:${port}: connection refused; ended 2 times within 10s`,
	);
});

test('run: it is ready when the command ends with 0, which runs in its directory and environment', async () => {
	const { archon } = await play(
		[
			'ready = "run:sh,-c,test -e $FILE && test $PWD = /tmp || exit 3"',
			'directory = "/tmp"',
			'env = { FILE = "/nosuch" }',
		].join('\n'),
	);
	await expect
		.poll(() => shown(archon))
		.toBe('starting not ready: run:sh,-c,test -e $FILE && test $PWD = /tmp || exit 3: ended with exit:3');
});

test('run: a command that is not there is said, one that comes to be is tried again', async () => {
	const directory = temporary();
	const { archon } = await play(`ready = "run:./check.sh"\ndirectory = "${directory}"`);
	await expect
		.poll(() => shown(archon))
		.toBe('starting not ready: run:./check.sh: exec: no such file or directory');
	writeFileSync(`${directory}/check.sh`, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
	expect(await isUp(archon)).toBe('Ok');
});

test('run: a command that hangs ends with the service', async () => {
	const directory = temporary();
	const { archon } = await play(`ready = "run:sh,-c,echo $$ > ${directory}/pid; exec sleep 60"`);
	await expect.poll(() => readPid(directory)).toBeGreaterThan(0);
	const pid = readPid(directory);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	await expect.poll(() => isAlive(pid)).toBe(false);
});

test('log: a line that matches makes it ready, on either output, and none of the start before', async () => {
	const { archon, hand, actor } = await play('ready = "log:^up [0-9]+$"\nrestart = "never"');
	await actor.does('print("up yet", flush=True)');
	expect(await shown(archon)).toBe('starting not ready: log:^up [0-9]+$: no such line yet');
	await actor.does('print("up 1", file=sys.stderr, flush=True)');
	expect(await isUp(archon)).toBe('Ok');
	void ask(archon, 'Restart', 'web');
	const next = await hand.next();
	await next.does('print("still coming", flush=True)');
	expect((await status(archon, 'web'))['state']).toBe('starting');
	await next.does('print("up 2", flush=True)');
	expect(await isUp(archon)).toBe('Ok');
});

test('log: what a program writes at once is not missed', async () => {
	const archon = await Archon.configured(
		'[service.web]\nrun = ["sh", "-c", "echo up; exec sleep 60"]\nready = "log:^up"\n',
	);
	for (let n = 0; n < 5; n++) {
		expect(await isUp(archon)).toBe('Ok');
		expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	}
});

test('EXTEND_TIMEOUT_USEC gives a start more time, but never less', async () => {
	const { archon, actor } = await play('ready = "notify"\nstart_timeout = "4s"\nrestart = "never"');
	await actor.says('EXTEND_TIMEOUT_USEC=1000');
	await actor.does('time.sleep(0.1)');
	expect((await status(archon, 'web'))['state']).toBe('starting');
	await actor.says('EXTEND_TIMEOUT_USEC=30000000');
	await actor.does('time.sleep(4.2)');
	expect((await status(archon, 'web'))['state']).toBe('starting');
	await actor.says('READY=1');
	expect((await status(archon, 'web'))['state']).toBe('running');
});

test('EXTEND_TIMEOUT_USEC does not bound a start that may take as long as it likes', async () => {
	const { archon, actor } = await play('oneshot = true\nwatchdog = "1h"');
	await actor.says('EXTEND_TIMEOUT_USEC=1000');
	await actor.does('time.sleep(0.1)');
	expect((await status(archon, 'web'))['state']).toBe('starting');
});

test('EXTEND_TIMEOUT_USEC gives a stop more time', async () => {
	const { archon, actor } = await play('watchdog = "1h"\nstop = { timeout = "1s" }');
	await actor.does(
		'signal.signal(signal.SIGTERM, lambda *_: notify("EXTEND_TIMEOUT_USEC=30000000")) and None',
	);
	void ask(archon, 'Stop', 'web');
	expect(await ask(archon, 'Wait', 'web', 'stopping', '5s')).toBe('Ok');
	await actor.does('time.sleep(1.5)');
	actor.tell('os._exit(5)');
	expect(await ask(archon, 'Wait', 'web', 'stopped', '5s')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ last: 'exit:5', reason: '' });
});

test('what kept it from being ready is not said any more when it is stopped or ends by itself', async () => {
	const { archon, hand, actor } = await play('ready = "notify"\nrestart = "never"');
	await actor.says('STATUS=loading');
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await shown(archon)).toBe('stopped ');
	void ask(archon, 'Start', 'web');
	process.kill((await hand.next()).pid, 'SIGKILL');
	expect(await ask(archon, 'Wait', 'web', 'failed', '5s')).toBe('Ok');
	expect(await shown(archon)).toBe('failed ended with signal:KILL');
});

test('redis says itself when it is ready', async () => {
	const port = await freePort();
	const directory = temporary();
	const run = [
		'redis-server',
		'--port',
		String(port),
		'--save',
		'',
		'--supervised',
		'systemd',
		'--dir',
		directory,
	];
	const archon = await Archon.configured(
		`[service.web]\nrun = ${JSON.stringify(run)}\nready = "notify"\n`,
		directory,
	);
	expect(await isUp(archon)).toBe('Ok');
	const client = connect(port, '127.0.0.1');
	client.write('PING\r\n');
	expect(String(await once(client, 'data'))).toBe('+PONG\r\n');
	client.destroy();
	expect(await shown(archon)).toBe('running Ready to accept connections');
	expect(await rows(archon, 'Events', 'types=process.ready')).toHaveLength(1);
});
