import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { loopback } from './address.ts';
import { buildStatic } from './static.ts';
import { Storm } from './storm.ts';

/** A server nobody has changed: how it is started in a folder, and what its clients ask. */
type Server = {
	readonly run: (directory: string, host: string) => readonly string[];
	readonly ask: string;
	/** Undefined: true. */
	readonly bind?: 'seccomp';
};

const port = 8080;
const get = 'GET / HTTP/1.0\r\nConnection: close\r\n\r\n';

const servers: Readonly<Record<string, Server>> = {
	'python3 -m http.server': {
		run: (directory, host) => [
			'python3',
			'-m',
			'http.server',
			'--directory',
			directory,
			'--bind',
			host,
			`${port}`,
		],
		ask: get,
	},
	'node http': {
		run: (_, host) => [
			process.execPath,
			'-e',
			`const server = require("http").createServer((_, reply) => reply.end("here"));
			server.listen(${port}, "${host}");
			process.on("SIGTERM", () => server.close(() => process.exit(0)));`,
		],
		ask: get,
	},
	'redis-server': {
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
	},
	nginx: {
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
	},
	'a static program (seccomp)': {
		run: (_, host) => [buildStatic('static_server.c'), host, `${port}`],
		ask: get,
		bind: 'seccomp',
	},
};

describe('an unmodified server goes through 20 restarts and 5 kills, and refuses nobody', () => {
	for (const [name, { run, ask: question, bind = true }] of Object.entries(servers)) {
		test(name, { timeout: 40_000 }, async () => {
			const directory = temporary();
			const host = loopback();
			const archon = await Archon.configured(
				`[service.web]
				run = ${JSON.stringify(run(directory, host))}
				sockets = ["tcp:${host}:${port}"]
				bind = ${JSON.stringify(bind)}
				backoff = { from = "0s", to = "0s" }
				limit = { failures = 1000 }
				stop = { timeout = "5s" }`,
				directory,
			);
			await ask(archon, 'Wait', 'web', 'running');
			const storm = new Storm({ host, port }, question);
			await storm.serves(100);
			for (let n = 0; n < 20; n++) {
				expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
				await storm.serves(50);
			}
			const watch = await Watch.begin(archon, 'names=web', 'types=process.ready');
			for (let n = 0; n < 5; n++) {
				process.kill(await pidOf(archon, 'web'), 'SIGKILL');
				await watch.event('process.ready');
				await storm.serves(50);
			}
			const tally = await storm.end();
			expect(tally).toMatchObject({ refused: 0, other: 0 });
		});
	}
});
