import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, names, pidOf, status } from '../session/ask.ts';
import { loopback } from './address.ts';
import { Storm } from './storm.ts';
import { until } from './until.ts';

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
				expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
				expect(await names(archon)).toEqual(['web']);
				await storm.serves(50);
			}
			const tally = await storm.end();
			expect(tally).toMatchObject({ refused: 0, other: 0 });
		});
	}
});

test('whoever connects while the new one starts is served by the old one', async () => {
	const directory = temporary();
	const host = loopback();
	// Takes what was passed to it, when it may.
	const program = `const { existsSync } = require("fs");
		const server = require("http").createServer((_, reply) => reply.end(String(process.pid)));
		const begin = () => existsSync("go") ? server.listen({ fd: 3 }) : setTimeout(begin, 5);
		begin();
		process.on("SIGTERM", () => server.close(() => process.exit(0)));`;
	writeFileSync(`${directory}/go`, '');
	const archon = await Archon.configured(
		`[service.web]
		run = ${JSON.stringify([process.execPath, '-e', program])}
		directory = "."
		sockets = ["tcp:${host}:${port}"]
		ready = "http://${host}:${port}/"
		restart_mode = "overlap"`,
		directory,
	);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	const served = async () => Number(await (await fetch(`http://${host}:${port}/`)).text());
	const old = await pidOf(archon, 'web');
	expect(await served()).toBe(old);
	rmSync(`${directory}/go`);
	const answer = ask(archon, 'Restart', 'web');
	await until(async () => (await names(archon)).length === 2);
	// The check is answered as well, but not by the one that it is about.
	await until(
		async () => (await status(archon, 'web@overlap'))['reason']?.includes('before answers') ?? false,
	);
	for (let n = 0; n < 50; n++) {
		expect(await served()).toBe(old);
	}
	const beside = await pidOf(archon, 'web@overlap');
	writeFileSync(`${directory}/go`, '');
	expect(await answer).toBe('Ok');
	expect(await served()).toBe(beside);
});
