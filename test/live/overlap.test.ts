import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, names, pidOf, status } from '../session/ask.ts';
import { loopback, port } from './address.ts';
import { besieged, nginx, node, python } from './unmodified.ts';
import { until } from './until.ts';

const tcp = (host: string) => `tcp:${host}:${port}`;
const http = (host: string) => `http://${host}:${port}/`;

/** When each is ready, and which signal has it serve to the end whoever is connected. */
const servers = {
	'python3 -m http.server': { server: python, ready: tcp, signal: 'TERM' },
	'node http': { server: node, ready: http, signal: 'TERM' },
	nginx: { server: nginx, ready: http, signal: 'QUIT' },
};

describe('an unmodified server goes through 20 restarts that overlap, and refuses nobody', () => {
	for (const [name, { server, ready, signal }] of Object.entries(servers)) {
		test(name, { timeout: 60_000 }, async () => {
			const { archon, storm } = await besieged(
				server,
				(host) => `ready = "${ready(host)}"
				stop = { signal = "${signal}", timeout = "5s" }
				restart_mode = "overlap"`,
			);
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
