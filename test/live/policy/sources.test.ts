import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { ask, rows } from '../../session/ask.ts';
import { fieldOf, ruled, service } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { until } from '../until.ts';
import { isWatched } from '../watched.ts';

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
	const bin = `${directory}/bin`;
	mkdirSync(bin);
	const program = `${bin}/program`;
	copyFileSync('/bin/sleep', program);
	const run = `run = ["${program}", "60"]`;
	const archon = await ruled(
		`[service.db]\n${run}\n[service.web]\n${run}\nrequires = ["db"]\n[service.other]\nrun = ["sleep", "60"]\n`,
		`rule "what is new is run" { on = "library.replaced", when = { path = "${bin}/*" }, act = restart {} }`,
		directory,
	);
	for (const name of ['web', 'other']) {
		expect(await ask(archon, 'Wait', name, 'running', '5s')).toBe('Ok');
	}
	const watch = await Watch.begin(archon, 'types=process.*;rule.*;library.*');
	// What runs by then is known: what happens while it is looked at is found out one by one.
	await until(() => isWatched(archon, bin));
	copyFileSync('/bin/sleep', `${bin}/new`);
	renameSync(`${bin}/new`, program);
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

test('a rule that runs what it is about itself comes to an end with its chain', async () => {
	const archon = await ruled(
		`[daemon]\nsample = "100ms"\n${service('seed', 'sleep 6.25; true', 'manual = true')}`,
		`rule "again and again" {
			on = "process.spawned", when = { command = "sleep 6.25" }, act = run { "sh", "-c", "sleep 6.25; true" },
		}`,
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'seed');
	expect(fieldOf(await watch.event('rule.error'), 'reason')).toMatch(/16th rule in a chain/);
	expect(await rows(archon, 'Events', 'types=process.spawned')).toHaveLength(16);
	expect(await rows(archon, 'Events', 'types=rule.fired')).toHaveLength(15);
});
