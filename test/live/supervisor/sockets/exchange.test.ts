import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Archon } from '../../../archon.ts';
import { ask, rows, status } from '../../../session/ask.ts';
import { loopback } from '../../address.ts';
import { until } from '../../until.ts';
import { stay } from '../../visitor.ts';

/** Is ready when the file GO names is there; says its name to whoever connects. */
const server = `
import os, socket, time
s = socket.socket(fileno=3)
while os.environ.get("GO") and not os.path.exists(os.environ["GO"]): time.sleep(0.01)
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

test('services that exchange addresses in one reload each have the other one, also where a restart overlaps', async () => {
	const host = loopback();
	const toml = (a: number, b: number) =>
		service('a', `tcp:${host}:${a}`, 'restart_mode = "overlap"') + service('b', `tcp:${host}:${b}`);
	const archon = await Archon.configured(toml(1, 2));
	await ask(archon, 'Wait', 'a', 'running');
	await ask(archon, 'Wait', 'b', 'running');
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
	const archon = await Archon.configured(toml(1, 2, ''));
	await ask(archon, 'Wait', 'a', 'running');
	await ask(archon, 'Wait', 'b', 'running');
	archon.configure(toml(3, 1, '/nowhere/go'));
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
