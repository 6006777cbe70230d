import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, names } from '../session/ask.ts';
import { loopback } from './address.ts';
import { Storm } from './storm.ts';

/** A server nobody has changed: how it is started in a folder, when it is ready, how it is stopped. */
type Server = {
	readonly run: (directory: string, host: string) => readonly string[];
	readonly ready: (host: string) => string;
	readonly signal?: string;
};

const port = 8080;
const get = 'GET / HTTP/1.0\r\nConnection: close\r\n\r\n';

const servers: Readonly<Record<string, Server>> = {
	'python3 -m http.server': {
		run: (directory, host) => ['python3', '-m', 'http.server', '-d', directory, '-b', host, `${port}`],
		ready: (host) => `tcp:${host}:${port}`,
	},
	'node http': {
		run: (_, host) => [
			process.execPath,
			'-e',
			`const server = require("http").createServer((_, reply) => reply.end("here"));
			server.listen(${port}, "${host}");
			process.on("SIGTERM", () => server.close(() => process.exit(0)));`,
		],
		ready: (host) => `http://${host}:${port}/`,
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
		ready: (host) => `http://${host}:${port}/`,
		signal: 'QUIT',
	},
};

describe('an unmodified server goes through 20 restarts that overlap, and refuses nobody', () => {
	for (const [name, { run, ready, signal = 'TERM' }] of Object.entries(servers)) {
		test(name, { timeout: 60_000 }, async () => {
			const directory = temporary();
			const host = loopback();
			const archon = await Archon.configured(
				`[service.web]
				run = ${JSON.stringify(run(directory, host))}
				sockets = ["tcp:${host}:${port}"]
				bind = true
				ready = "${ready(host)}"
				stop = { signal = "${signal}", timeout = "5s" }
				restart_mode = "overlap"`,
				directory,
			);
			expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
			const storm = new Storm({ host, port }, get);
			await storm.serves(100);
			for (let n = 0; n < 20; n++) {
				const t = Date.now();
				expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
				console.log(name, Date.now() - t);
				expect(await names(archon)).toEqual(['web']);
				await storm.serves(50);
			}
			const tally = await storm.end();
			console.log(tally);
			expect(tally).toMatchObject({ refused: 0, other: 0 });
		});
	}
});
