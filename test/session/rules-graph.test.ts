import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, rows, status } from './ask.ts';
import { exiting, sleeper } from './foreign.ts';
import { fieldOf, ruled, sleeping } from './ruled.ts';
import { Watch } from './watch.ts';

test('a graph of what to watch and react to is made by rules while archon runs', async () => {
	const archon = await ruled(
		sleeping('web') + sleeping('mail'),
		`rule "web needs the database, whoever starts it" {
			on = "process.monitored", when = { name = "db" },
			act = { depend { name = "web", on = "db" }, depend { name = "mail", on = "web", kind = "wants" } },
		}
		rule "until it is frozen" {
			on = "process.paused", when = { name = "mail" },
			act = undepend { name = "web", on = "db" },
		}`,
	);
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'mail', 'running', '5s')).toBe('Ok');
	const [first, second] = [exiting(0), sleeper()];
	const watch = await Watch.begin(archon);
	await ask(archon, 'MonitorPid', String(first.pid), 'db');
	await watch.event('rule.fired');
	first.tell();
	await watch.event('process.stopping', 'web');
	expect(await ask(archon, 'Wait', 'web', 'waiting', '5s')).toBe('Ok');
	await ask(archon, 'MonitorPid', String(second.pid), 'db');
	await watch.event('process.ready', 'web');
	await ask(archon, 'Stop', 'db');
	expect(await status(archon, 'web')).toMatchObject({ state: 'waiting' });
	await ask(archon, 'Pause', 'mail');
	const cause = (await watch.event('process.paused', 'mail'))[1];
	expect(fieldOf(await watch.event('process.starting', 'web'), 'cause')).toBe(cause);
	expect(await rows(archon, 'Events', 'types=rule.error')).toEqual([]);
});

test('one that appears is adopted, and its end runs something', async () => {
	const directory = temporary();
	const program = `${directory}/strange-db`;
	copyFileSync('/bin/sleep', program);
	const archon = await ruled(
		'[daemon]\nsample = "100ms"\n',
		`rule "any of them is watched" { on = "process.spawned", when = { name = "strange-db" }, act = monitor { name = "db" } }
		 rule "its end runs this" { on = "process.exited", when = { name = "db" }, act = run { "touch", "${directory}/over" } }`,
		directory,
	);
	const watch = await Watch.begin(
		archon,
		'types=process.monitored;process.exited;rule.error;process.spawned',
	);
	// Below archon's own, so that it is seen where the kernel does not tell of all.
	await ask(archon, 'StartDaemon', `sh,-c,"setsid -f ${program} 60; exec sleep 60"`, 'ARCHON_NAME=parent');
	const monitored = await watch.event('process.monitored', 'db');
	const pid = Number(fieldOf(monitored, 'pid'));
	expect(fieldOf(monitored, 'cause')).toBeDefined();
	process.kill(pid, 'SIGTERM');
	await watch.event('process.exited', 'db');
	await until(() => existsSync(`${directory}/over`));
	expect(await rows(archon, 'Events', 'types=process.exited', 'names=strange-db')).toEqual([]);
});

test('those that still run what was replaced are restarted in the order of what they depend on', async () => {
	const directory = temporary();
	const program = `${directory}/program`;
	copyFileSync('/bin/sleep', program);
	const run = `run = ["${program}", "60"]`;
	const archon = await ruled(
		`[service.db]\n${run}\n[service.web]\n${run}\nrequires = ["db"]\n[service.other]\nrun = ["sleep", "60"]\n`,
		`rule "what is new is run" { on = "library.replaced", when = { path = "${directory}/*" }, act = restart {} }`,
		directory,
	);
	for (const name of ['web', 'other']) {
		expect(await ask(archon, 'Wait', name, 'running', '5s')).toBe('Ok');
	}
	const watch = await Watch.begin(archon, 'types=process.*;rule.*;library.*');
	copyFileSync('/bin/sleep', `${directory}/new`);
	renameSync(`${directory}/new`, program);
	await watch.event('library.replaced');
	const since = Number((await watch.event('process.stopping'))[1]);
	await watch.event('process.ready', 'web');
	const events = await rows(archon, 'Events', `since=${since - 1}`, 'types=process.*');
	expect(events.map((row) => `${row['type']?.slice(8)} ${row['name']}`)).toEqual([
		'stopping web',
		'exited web',
		'stopping db',
		'exited db',
		'starting db',
		'started db',
		'ready db',
		'starting web',
		'started web',
		'ready web',
	]);
});

test('rules that call each other for ever come to an end', async () => {
	const archon = await ruled(
		'',
		`rule "ping" { on = { "daemon.started", "game.pong" }, act = emit { type = "game.ping" } }
		 rule "pong" { on = "game.ping", act = emit { type = "game.pong" } }`,
	);
	const found = async () => await rows(archon, 'Events', 'types=rule.*;game.*');
	await until(async () => (await found()).some((row) => row['type'] === 'rule.error'));
	const types = (await found()).map((row) => row['type']);
	expect(types.filter((type) => type === 'rule.fired')).toHaveLength(15);
	expect(types.at(-1)).toBe('rule.error');
});

test('a program that a rule runs because one has ended is no way to go on for ever', async () => {
	const archon = await ruled(
		'',
		`rule "again" { on = { "process.exited", "daemon.started" }, act = run { "true", as = "again" } }`,
	);
	const found = async () => await rows(archon, 'Events', 'types=rule.*');
	await until(async () => (await found()).some((row) => row['type'] === 'rule.error'));
	expect((await found()).filter((row) => row['type'] === 'rule.fired')).toHaveLength(15);
});
