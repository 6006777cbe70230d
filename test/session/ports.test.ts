import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { crash } from '../live/crash.ts';
import { Stagehand } from './actor.ts';
import { ask, rows, status } from './ask.ts';

/** Ports that no other test uses at the same time. */
const first = 15_000 + (process.pid % 400) * 10;
const range = `${first}-${first + 9}`;

const web = (run: string, more = '') =>
	`[daemon]\nports = "${range}"\n[service.web]\nrun = ${run}\nports = ["http", "admin"]\n${more}\n`;

test('a service is told its ports, and has the same after a restart, a crash and a restart of archon', async () => {
	const directory = temporary();
	const hand = new Stagehand(directory);
	const args = JSON.parse(hand.run) as string[];
	const toml = web(JSON.stringify([...args, '--at={port}', '{port.admin}']));
	const archon = await Archon.configured(toml, directory);
	const told =
		'[os.environ[it] for it in ("ARCHON_PORT", "ARCHON_PORT_HTTP", "ARCHON_PORT_ADMIN")] + sys.argv[2:]';
	const actor = await hand.next();
	const [http, , admin] = (await actor.does(told)) as string[];
	const all = [http, http, admin, `--at=${http}`, admin];
	expect(await actor.does(told)).toEqual(all);
	const held = [
		{ address: `port:${http}`, name: 'web', backlog: '-', last: '-' },
		{ address: `port:${admin}`, name: 'web', backlog: '-', last: '-' },
	];
	expect(await rows(archon, 'Sockets')).toEqual(held);
	void ask(archon, 'Restart', 'web');
	expect(await (await hand.next()).does(told)).toEqual(all);
	await crash(archon);
	expect(await rows(archon, 'Sockets')).toEqual(held);
	await archon.end();
	const next = await Archon.configured(toml, directory);
	expect(await (await hand.next()).does(told)).toEqual(all);
	expect(await ask(next, 'Stop', 'web')).toBe('Ok');
	expect(await rows(next, 'Sockets')).toEqual([]);
});

test('AllocatePort gives a port that can be bound, to something in Status, until it ends or gives it back', async () => {
	const archon = await Archon.configured(`[service.a]\nrun = ["sleep", "60"]`);
	await ask(archon, 'Wait', 'a', 'running');
	const server = createServer().listen(first + 100, '127.0.0.1');
	onTestFinished(() => void server.close());
	await once(server, 'listening');
	const own = `${first + 100}-${first + 101}`;
	const [row] = await rows(archon, 'AllocatePort', 'a', own);
	expect(row).toEqual({ port: String(first + 101), holder: 'a' });
	expect(await ask(archon, 'AllocatePort', 'a', own)).toBe(
		`Error,"ports: none of ${own} is free: 1 held (Sockets says by whom), 1 by others on this machine"`,
	);
	expect(await rows(archon, 'Sockets')).toMatchObject([{ address: `port:${first + 101}`, name: 'a' }]);
	expect(await ask(archon, 'ReleasePort', String(first + 101))).toBe('Ok');
	expect(await ask(archon, 'ReleasePort', String(first + 101))).toBe(
		`Error,nobody holds port ${first + 101}; Sockets lists those that are held`,
	);
	await ask(archon, 'AllocatePort', 'a', own);
	await ask(archon, 'Stop', 'a');
	expect(await rows(archon, 'Sockets')).toEqual([]);
	expect(await ask(archon, 'AllocatePort', 'a')).toMatch(/^Error,"""a"" is stopped: /);
	expect(await ask(archon, 'AllocatePort', 'nobody')).toMatch(/^Error,"?nothing is called/);
	expect(await ask(archon, 'AllocatePort', 'a', '9-8')).toMatch(
		/^Error,"range: ""9-8"" is no range of ports/,
	);
	for (const port of ['0', '65536', 'x']) {
		expect(await ask(archon, 'ReleasePort', port)).toMatch(/^Error,"port: .* is no port; write a number/);
	}
});

test('a start without a free port fails and says so', async () => {
	const archon = await Archon.configured(
		`[daemon]\nports = "${first + 200}-${first + 200}"\n[service.web]\nrun = ["sleep", "60"]\nports = ["a", "b"]\nlimit = { failures = 1, retry = "0s" }`,
	);
	await ask(archon, 'Wait', 'web', 'failed');
	expect((await status(archon, 'web'))['reason']).toContain(
		`ports: only 1 of ${first + 200}-${first + 200} is free where 2 are wanted: 0 held (Sockets says by whom)`,
	);
	expect(await rows(archon, 'Sockets')).toEqual([]);
});
