import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { loopback, port } from './address.ts';
import { until } from './until.ts';
import { stay, visit } from './visitor.ts';

const server = `
import os, socket
s = socket.socket(fileno=3)
os.write(4, b"\\n") if os.environ.get("GO") else None
while True:
    c, _ = s.accept()
    c.sendall(b"here")
    c.close()
`;

test('an old one that stays after a reload that moves its socket goes on serving where it did', async () => {
	const host = loopback();
	const toml = (at: number, go: string) => `[service.web]
run = ["python3", "-c", ${JSON.stringify(server)}]
sockets = ["tcp:${host}:${at}"]
env = { GO = "${go}" }
ready = "fd:4"
start_timeout = "2s"
restart_mode = "overlap"`;
	const archon = await Archon.configured(toml(port, 'yes'));
	await ask(archon, 'Wait', 'web', 'running');
	const old = await pidOf(archon, 'web');
	archon.configure(toml(port + 1, ''));
	await ask(archon, 'Reload');
	await until(async () => (await rows(archon, 'Events', 'types=process.kept')).length === 1);
	const client = await stay({ host, port });
	expect(await once(client.setEncoding('latin1'), 'data')).toEqual(['here']);
	expect(await pidOf(archon, 'web')).toBe(old);
	archon.configure(toml(port + 1, 'yes'));
	await ask(archon, 'Reload');
	await until(async () => (await visit({ host, port })) === 'ECONNREFUSED');
	expect(await once((await stay({ host, port: port + 1 })).setEncoding('latin1'), 'data')).toEqual(['here']);
});
