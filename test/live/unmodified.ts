import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask } from '../session/ask.ts';
import { loopback, port } from './address.ts';
import { buildStatic } from './static.ts';
import { Storm } from './storm.ts';

/** A server nobody has changed: how it is started in a folder, and what its clients ask. */
export type Unmodified = {
	readonly run: (directory: string, host: string) => readonly string[];
	readonly ask: string;
	/** Undefined: true. */
	readonly bind?: 'seccomp';
};

const get = 'GET / HTTP/1.0\r\nConnection: close\r\n\r\n';

export const python: Unmodified = {
	run: (directory, host) => ['python3', '-m', 'http.server', '-d', directory, '-b', host, `${port}`],
	ask: get,
};

export const node: Unmodified = {
	run: (_, host) => [
		process.execPath,
		'-e',
		`const server = require("http").createServer((_, reply) => reply.end("here"));
		server.listen(${port}, "${host}");
		process.on("SIGTERM", () => server.close(() => process.exit(0)));`,
	],
	ask: get,
};

export const redis: Unmodified = {
	run: (directory, host) => [
		'redis-server',
		'--port',
		`${port}`,
		'--bind',
		host,
		'--save',
		'',
		'--dir',
		directory,
	],
	ask: 'PING\r\nQUIT\r\n',
};

export const nginx: Unmodified = {
	run(directory, host) {
		writeFileSync(
			`${directory}/nginx.conf`,
			`pid ${directory}/nginx.pid; error_log ${directory}/error.log; worker_processes 2; daemon off;
			events { worker_connections 64; }
			http { access_log off; server { listen ${host}:${port}; return 200 "here"; } }`,
		);
		return ['nginx', '-p', directory, '-c', `${directory}/nginx.conf`];
	},
	ask: get,
};

/** One that no preload reaches. */
export const statically: Unmodified = {
	run: (_, host) => [buildStatic('static_server.c'), host, `${port}`],
	ask: get,
	bind: 'seccomp',
};

/** An archon with that server as `web`, whose socket it holds, and clients that are being served. `more`: keys of the service. */
export async function besieged(
	{ run, ask: question, bind }: Unmodified,
	more: (host: string) => string,
): Promise<{ readonly archon: Archon; readonly storm: Storm }> {
	const directory = temporary();
	const host = loopback();
	const archon = await Archon.configured(
		`[service.web]
		run = ${JSON.stringify(run(directory, host))}
		sockets = ["tcp:${host}:${port}"]
		bind = ${JSON.stringify(bind ?? true)}
		${more(host)}`,
		directory,
	);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	const storm = new Storm({ host, port }, question);
	await storm.serves(100);
	return { archon, storm };
}
