import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { ask, rows, status } from '../../../session/ask.ts';
import { Gate } from '../../../session/gate.ts';
import { loopback } from '../../address.ts';
import { until } from '../../until.ts';
import { stay } from '../../visitor.ts';

/**
 * Is ready when the gate GO is open; says its name to whoever connects, and ends, told to, once the gate STAY is open.
 * What opens a gate is left there, so that it stays open.
 */
const server = `
import os, select, signal, socket, threading
def wait(gate): select.select([os.open(gate, os.O_RDWR)], [], [])
def end():
    wait(os.environ["STAY"])
    os._exit(0)
if os.environ.get("STAY"): signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=end).start())
s = socket.socket(fileno=3)
if os.environ.get("GO"): wait(os.environ["GO"])
os.write(4, b"\\n")
while True:
    c, _ = s.accept()
    c.sendall(os.environ["ARCHON_SERVICE"].encode())
    c.close()
`;

const service = (name: string, address: string, more = '') => `[service.${name}]
run = ["python3", "-c", ${JSON.stringify(server)}]
sockets = ["${address}"]
ready = "fd:4"
backoff = { from = "20ms", to = "20ms", jitter = 0 }
limit = { failures = 1000 }
${more}
`;

async function says(to: { host: string; port: number } | { path: string }): Promise<string> {
	const [text] = await once((await stay(to)).setEncoding('latin1'), 'data');
	return text;
}

/** One with these services, `a` and `b`, which run. */
async function running(toml: string): Promise<Archon> {
	const archon = await Archon.configured(toml);
	await ask(archon, 'Wait', 'a', 'running');
	await ask(archon, 'Wait', 'b', 'running');
	return archon;
}

/** `a` and `b` are to exchange their addresses; `b`, which is told to end for it, does once the gate is open. */
async function exchanging() {
	const host = loopback();
	const gate = new Gate({ directory: temporary() });
	const toml = (a: number, b: number) =>
		service('a', `tcp:${host}:${a}`) +
		service('b', `tcp:${host}:${b}`, `env = { STAY = "${gate.path}" }\nstop = { timeout = "1h" }`);
	const archon = await running(toml(1, 2));
	archon.configure(toml(2, 1));
	return { host, archon, gate, reloaded: ask(archon, 'Reload') };
}

test('services that exchange addresses in one reload each have the other one, also where a restart overlaps', async () => {
	const host = loopback();
	const toml = (a: number, b: number) =>
		service('a', `tcp:${host}:${a}`, 'restart_mode = "overlap"') + service('b', `tcp:${host}:${b}`);
	const archon = await running(toml(1, 2));
	expect([await says({ host, port: 1 }), await says({ host, port: 2 })]).toEqual(['a', 'b']);
	archon.configure(toml(2, 1));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await until(async () => (await rows(archon, 'Status', '*@overlap')).length === 0);
	await until(async () => (await status(archon, 'b'))['state'] === 'running');
	expect([await says({ host, port: 1 }), await says({ host, port: 2 })]).toEqual(['b', 'a']);
	expect(await rows(archon, 'Events', 'types=process.kept')).toEqual([]);
	expect((await rows(archon, 'Sockets')).map(({ address, name }) => [address, name])).toEqual([
		[`tcp:${host}:1`, 'b'],
		[`tcp:${host}:2`, 'a'],
	]);
});

test('what a restart that overlaps may still need stays with it until that is over', async () => {
	const host = loopback();
	const toml = (a: number, b: number, go: string) =>
		service('a', `tcp:${host}:${a}`, `restart_mode = "overlap"\nenv = { GO = "${go}" }`) +
		service('b', `tcp:${host}:${b}`);
	const archon = await running(toml(1, 2, ''));
	archon.configure(toml(3, 1, new Gate({ directory: temporary() }).path));
	await ask(archon, 'Reload');
	await until(async () =>
		((await status(archon, 'b'))['reason'] ?? '').includes(`tcp:${host}:1: it is still kept for "a"`),
	);
	expect(await says({ host, port: 1 })).toBe('a');
	archon.configure(toml(3, 1, ''));
	await ask(archon, 'Reload');
	await until(async () => (await status(archon, 'b'))['state'] === 'running');
	expect([await says({ host, port: 3 }), await says({ host, port: 1 })]).toEqual(['a', 'b']);
});

test('an address waits for who is to have it, and who is to have it for who still has it', async () => {
	const { host, archon, gate, reloaded } = await exchanging();
	const why = `waits until b is gone, which still has tcp:${host}:2`;
	await until(async () => (await status(archon, 'a'))['reason'] === why);
	expect((await status(archon, 'a'))['state']).toBe('waiting');
	for (let i = 0; i < 5; i++) {
		expect(await says({ host, port: 2 })).toBe('b');
	}
	expect((await rows(archon, 'Sockets')).map(({ address, name }) => [address, name])).toEqual([
		[`tcp:${host}:1`, 'a'],
		[`tcp:${host}:2`, 'b'],
	]);
	const early = (await stay({ host, port: 1 })).setEncoding('latin1');
	gate.open();
	expect(await once(early, 'data')).toEqual(['b']);
	expect(await reloaded).toBe('Ok');
	await ask(archon, 'Wait', 'a', 'running');
	expect([await says({ host, port: 1 }), await says({ host, port: 2 })]).toEqual(['b', 'a']);
	expect(await rows(archon, 'Events', 'types=process.failed')).toEqual([]);
});

test('what the old process has of an overlap that failed stays with it', async () => {
	const host = loopback();
	const of = (address: number) => service('a', `tcp:${host}:${address}`);
	const overlap = 'restart_mode = "overlap"';
	const archon = await running(of(1) + service('b', `tcp:${host}:2`, overlap));
	const failing = `[service.b]\nrun = ["false"]\nsockets = ["tcp:${host}:1"]\nready = "notify"\n${overlap}\n`;
	archon.configure(of(2) + failing);
	await ask(archon, 'Reload');
	await until(async () => (await rows(archon, 'Events', 'types=process.kept')).length === 1);
	const restarts = async () => Number((await status(archon, 'a'))['restarts']);
	const before = await restarts();
	// One that was under way when the overlap ended, and one that begins after it.
	await until(async () => (await restarts()) > before + 1);
	expect((await status(archon, 'a'))['reason']).toContain(`tcp:${host}:2: it is still kept for "b"`);
	for (let i = 0; i < 5; i++) {
		expect(await says({ host, port: 2 })).toBe('b');
	}
	await ask(archon, 'Stop', 'b');
	await ask(archon, 'Wait', 'a', 'running');
	expect(await says({ host, port: 2 })).toBe('a');
});

test('nobody listens any more where one that was to take an address over is stopped before', async () => {
	const { host, archon, gate, reloaded } = await exchanging();
	await until(async () => (await status(archon, 'a'))['state'] === 'waiting');
	const stopped = ask(archon, 'Stop', 'b');
	gate.open();
	await Promise.all([reloaded, stopped]);
	await ask(archon, 'Wait', 'a', 'running');
	expect((await rows(archon, 'Sockets')).map(({ address, name }) => [address, name])).toEqual([
		[`tcp:${host}:2`, 'a'],
	]);
});
