import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { until } from './until.ts';

test('a redis-server that is killed comes back and keeps its name', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const events = await archon.connect();
	await events.call(['Subscribe', 'types=process.ready', 'names=cache']);
	const socket = `${archon.directory}/redis.sock`;
	const args = `redis-server,--port,0,--unixsocket,${socket},--save,,--dir,${archon.directory}`;
	expect((await client.call(['StartDaemon', args, 'ARCHON_NAME=cache'])).final).toEqual({ tag: 'ok' });
	await until(() => answers(socket));
	const before = await pid(archon, 'cache');

	await client.call(['Signal', 'cache', 'KILL']);
	let seen = 0;
	for await (const _ of events.follow()) {
		seen++;
		if (seen === 2) {
			break;
		}
	}
	await until(() => answers(socket));
	const [row] = (await client.call(['Status', 'cache'])).rows;
	expect(row?.[3]).not.toBe(before);
	expect([row?.[2], row?.[5], row?.[6]]).toEqual(['running', '1', 'signal:KILL']);

	expect((await client.call(['Stop', 'cache'])).final).toEqual({ tag: 'ok' });
	expect((await client.call(['Status', 'cache'])).rows[0]?.[6]).toBe('exit:0');
	const { rows } = await client.call(['Logs', 'cache', 'lines=1000']);
	expect(rows.filter((it) => /ready to accept connections/i.test(it[3] ?? ''))).toHaveLength(2);
});

test('nginx in the foreground is stopped with its workers', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const socket = `${archon.directory}/nginx.sock`;
	const configuration = `${archon.directory}/nginx.conf`;
	writeFileSync(configuration, nginxConfiguration(archon.directory, socket));
	const args = `nginx,-p,${archon.directory},-c,${configuration},-g,daemon off;`;
	expect((await client.call(['StartDaemon', args])).final).toEqual({ tag: 'ok' });
	await until(() => answers(socket, 'GET / HTTP/1.0\r\n\r\n'));
	expect((await client.call(['Stop', 'nginx'])).final).toEqual({ tag: 'ok' });
	expect(await answers(socket, 'GET / HTTP/1.0\r\n\r\n')).toBe(false);
	expect((await client.call(['Status', 'nginx'])).rows[0]?.slice(2, 4)).toEqual(['stopped', '-']);
});

test('an nginx whose master is killed leaves no worker behind before it starts again', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const events = await archon.connect();
	const socket = `${archon.directory}/nginx.sock`;
	const configuration = `${archon.directory}/nginx.conf`;
	writeFileSync(configuration, nginxConfiguration(archon.directory, socket));
	await client.call(['StartDaemon', `nginx,-p,${archon.directory},-c,${configuration},-g,daemon off;`]);
	await until(() => answers(socket, 'GET / HTTP/1.0\r\n\r\n'));
	await events.call(['Subscribe', 'types=process.backoff']);
	await client.call(['Signal', 'nginx', 'KILL']);
	// Back-off is told only when the whole tree is gone.
	for await (const _ of events.follow()) {
		break;
	}
	expect(await answers(socket, 'GET / HTTP/1.0\r\n\r\n')).toBe(false);
	await client.call(['Stop', 'nginx']);
});

async function pid(archon: Archon, name: string): Promise<string | undefined> {
	const client = await archon.connect();
	return (await client.call(['Status', name])).rows[0]?.[3];
}

/** Whether a server on that socket says anything to what it is asked. */
async function answers(path: string, ask = 'PING\r\n'): Promise<boolean> {
	const socket = net.connect(path);
	try {
		await once(socket, 'connect');
		socket.write(ask);
		await once(socket, 'data');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

function nginxConfiguration(directory: string, socket: string): string {
	return `pid ${directory}/nginx.pid; error_log ${directory}/error.log; worker_processes 2;
events { worker_connections 64; }
http { access_log off; server { listen unix:${socket}; return 200 "here\\n"; } }
`;
}
