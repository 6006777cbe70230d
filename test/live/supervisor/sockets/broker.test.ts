import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../../../archon.ts';
import { Stagehand } from '../../../session/actor.ts';
import { ask, rows } from '../../../session/ask.ts';
import { Watch } from '../../../session/watch.ts';
import { loopback, port } from '../../address.ts';
import { crash } from '../../crash.ts';
import { until } from '../../until.ts';
import { visit } from '../../visitor.ts';

/** A daemon whose services `web` and `other` do what the test tells them; `web` has a socket. */
async function play(rules: Readonly<Record<string, string>> = {}) {
	const directory = temporary();
	const host = loopback();
	const [hand, others] = [new Stagehand(directory), new Stagehand(directory)];
	const archon = await Archon.configured(
		`[service.web]
		run = ${hand.run}
		sockets = ["tcp:${host}:${port}", "unix:x.sock"]
		bind = true
		[service.other]
		run = ${others.run}`,
		directory,
		rules,
	);
	return { archon, directory, host, actor: await hand.next(), other: await others.next() };
}

test('a process of the service that has the address gets it, whoever else asks does not', async () => {
	const { archon, directory, host, actor, other } = await play();
	expect(await actor.does(`ask_to_bind("tcp:${host}:${port}")`)).toEqual(['Ok', [[host, port]]]);
	expect(await actor.does(`ask_to_bind("unix:${directory}/x.sock")`)).toEqual([
		'Ok',
		[`${directory}/x.sock`],
	]);
	await actor.does('twin("os.setsid()")');
	expect(await rows(archon, 'Sockets')).toMatchObject([{ last: `given:${actor.pid}` }, {}]);
	expect(await other.does(`ask_to_bind("tcp:${host}:${port}")`)).toEqual([
		`Error,"""other"" has no tcp:${host}:${port} in sockets, and no bind.requested rule allows it"`,
		[],
	]);
	expect(await actor.does(`ask_to_bind("tcp:${host}:${port + 1}")`)).toEqual([
		`Error,"""web"" has no tcp:${host}:${port + 1} in sockets, and no bind.requested rule allows it"`,
		[],
	]);
	expect(await ask(archon, 'BindFD', `tcp:${host}:${port}`)).toBe(
		`Error,"tcp:${host}:${port} is for a process of a service that has it in sockets, or that a bind.requested rule allows"`,
	);
});

test('what is no address is said', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'BindFD', 'http:80')).toBe(
		'Error,"address: ""http:80"" is no address; write tcp:HOST:PORT, udp:HOST:PORT or unix:PATH"',
	);
	expect(await ask(archon, 'BindFD', 'tcp:1.2.3.4:0')).toMatch(/^Error,"address: .*a port from 1 to 65535/);
	expect(await ask(archon, 'BindFD', 'tcp:1.2.3.4:80', 'v6only')).toBe(
		'Error,"""tcp:1.2.3.4:80"": v6only is for IPv6"',
	);
	expect(await ask(archon, 'BindFD', 'tcp:1.2.3.4:80', 'x')).toBe(
		'Error,"""x"" is not v6only: BindFD,<address>[,v6only]"',
	);
});

test('a rule allows what the service does not say, and refuses what it does', async () => {
	const { archon, host, actor, other } = await play({
		'a.lua': `rule "other ports" { on = "bind.requested", when = { address = "*:${port + 1}" }, act = allow {} }
			rule "not now" { on = "bind.requested", when = { address = "*:${port}" }, act = fail {} }`,
	});
	expect(await rows(archon, 'Rules')).toHaveLength(2);
	const watch = await Watch.begin(archon, 'types=bind.requested');
	expect(await other.does(`ask_to_bind("tcp:${host}:${port + 1}")`)).toEqual(['Ok', [[host, port + 1]]]);
	const [, , , , name, ...fields] = await watch.event('bind.requested');
	expect([name, fields[0], fields[1]]).toEqual([
		'other',
		`pid=${other.pid}`,
		`address=tcp:${host}:${port + 1}`,
	]);
	expect(await rows(archon, 'Sockets')).toContainEqual({
		address: `tcp:${host}:${port + 1}`,
		name: 'other',
		backlog: '0',
		last: `given:${other.pid}`,
	});
	expect(await actor.does(`ask_to_bind("tcp:${host}:${port + 1}")`)).toEqual([
		`Error,"sockets: tcp:${host}:${port + 1}: it is still kept for ""other"""`,
		[],
	]);
	expect(await actor.does(`ask_to_bind("tcp:${host}:${port}")`)).toEqual([
		'Error,"the rule ""not now"" of a.lua refuses it"',
		[],
	]);
	await crash(archon);
	await ask(archon, 'Restart', 'other');
	expect(await visit({ host, port: port + 1 })).toBe('connected');
	await ask(archon, 'Stop', 'other');
	expect(await visit({ host, port: port + 1 })).toBe('ECONNREFUSED');
});

test.skipIf(process.getuid?.() !== 0)(
	'a process that puts on the mark of another service gets nothing of that one',
	async () => {
		const directory = temporary();
		const host = loopback();
		const [hand, others] = [new Stagehand(directory), new Stagehand(directory)];
		const [, , path = ''] = JSON.parse(others.run);
		await until(() => existsSync(path));
		chmodSync(path, 0o777);
		writeFileSync(
			`${directory}/archon.toml`,
			`[service.web]
			run = ${hand.run}
			sockets = ["tcp:${host}:${port}"]
			[service.other]
			run = ${others.run}
			after = ["web"]
			user = "nobody"
			bind = true`,
		);
		// Where there are control groups they say what belongs to what.
		const archon = await Archon.ungrouped(directory, ['--config', `${directory}/archon.toml`]);
		const [actor, other] = [await hand.next(), await others.next()];
		await actor.does('import resource');
		await other.does('import resource');
		const mark = await actor.does('str(resource.prlimit(0, 10)[1])');
		await other.does(`resource.prlimit(0, 10, (${mark}, ${mark}))`);
		const door = `at=os.environ["ARCHON_BIND"]`;
		expect(await other.does(`ask_to_bind("tcp:${host}:${port}", ${door})`)).toEqual([
			`Error,"""other"" has no tcp:${host}:${port} in sockets, and no bind.requested rule allows it"`,
			[],
		]);
		expect(await actor.does(`ask_to_bind("tcp:${host}:${port}")`)).toEqual(['Ok', [[host, port]]]);
		expect(await rows(archon, 'Sockets')).toMatchObject([{ last: `given:${actor.pid}` }]);
	},
);
