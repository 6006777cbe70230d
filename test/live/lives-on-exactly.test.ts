import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon, temporary } from '../archon.ts';
import { Stagehand } from '../session/actor.ts';
import { ask, daemon, pidOf, rows, status } from '../session/ask.ts';
import { sleeper } from '../session/foreign.ts';
import { Watch } from '../session/watch.ts';
import { crash } from './crash.ts';
import { Told } from './told.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

test('what nothing is told of, and was answered, is known after a crash', async () => {
	const archon = await Archon.configured(`${nap('a')}${nap('b')}`);
	await ask(archon, 'Wait', 'b', 'running');
	await ask(archon, 'Wait', 'a', 'running');
	expect(await ask(archon, 'Depend', 'b', 'a')).toBe('Ok');
	await crash(archon);
	expect(await ask(archon, 'Undepend', 'b', 'a')).toBe('Ok');
	await crash(archon);
	expect(await ask(archon, 'Undepend', 'b', 'a')).toMatch(/^Error/);
});

test('a Run that was paused and goes on is no longer paused', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	const ending = ask(
		archon,
		'Run',
		formatArgs(['sh', '-c', `echo up > ${told.path}; while :; do sleep 0.01; done`]),
		'ARCHON_NAME=job',
	);
	await told.next();
	expect([await ask(archon, 'Pause', 'job'), await ask(archon, 'Resume', 'job')]).toEqual(['Ok', 'Ok']);
	await crash(archon);
	expect(await status(archon, 'job')).toMatchObject({ kind: 'run', state: 'running' });
	expect(await ask(archon, 'Signal', 'job', 'KILL')).toBe('Ok');
	expect(await ending).toBe('ExitStatus,137');
});

test('a stop that waits for what depends on it is carried out by the next daemon', async () => {
	const directory = temporary();
	const [told, go] = [new Told(directory), `${directory}/go`];
	const script = `trap "" TERM; echo up > ${told.path}; while [ ! -e ${go} ]; do sleep 0.01; done`;
	const web = `[service.web]\nrun = ["sh", "-c", ${JSON.stringify(script)}]\nrequires = ["db"]\n`;
	const archon = await Archon.configured(`${nap('db')}${web}`, directory);
	const watch = await Watch.begin(archon, 'names=web');
	await told.next();
	const before = await pidOf(archon, 'db');
	void ask(archon, 'Stop', 'db').catch(() => {});
	await watch.event('process.stopping', 'web');
	await crash(archon);
	expect(await status(archon, 'db')).toMatchObject({ pid: String(before) });
	writeFileSync(go, '');
	expect(await ask(archon, 'Wait', 'db', 'stopped')).toBe('Ok');
});

test('what the keeper held for one that is stopped is never taken for what it holds for another', async () => {
	const directory = temporary();
	const [first, second] = [new Stagehand(directory), new Stagehand(directory)];
	const service = (name: string, { run }: Stagehand, more: string) =>
		`[service.${name}]\nrun = ${run}\nready = "notify"\n${more}\n`;
	const archon = await Archon.configured(
		service('a', first, '') + service('b', second, 'manual = true'),
		directory,
	);
	const a = await first.next();
	await a.says('READY=1');
	expect(await ask(archon, 'Stop', 'a')).toBe('Ok');
	await crash(archon);
	void ask(archon, 'Start', 'b').catch(() => {});
	const b = await second.next();
	await crash(archon);
	expect(await ask(archon, 'Ping')).toBe('Ok');
	await crash(archon);
	await b.says('READY=1');
	expect(await ask(archon, 'Wait', 'b', 'running')).toBe('Ok');
});

test('a further run is forgotten when it is over, whichever daemon began it', async () => {
	const archon = await Archon.configured(
		'[service.job]\nrun = ["sleep", "60"]\nevery = "200ms"\noverlap = true\n',
	);
	const watch = await Watch.begin(archon, 'names=job-2');
	await watch.event('process.ready', 'job-2');
	await crash(archon);
	const after = await Watch.begin(archon, 'names=job-2');
	const pid = await pidOf(archon, 'job-2');
	expect(await ask(archon, 'Stop', 'job')).toBe('Ok');
	expect(await ask(archon, 'Stop', 'job-2')).toBe('Ok');
	await after.event('process.stopped', 'job-2');
	expect(
		(await rows(archon, 'Status', 'job-2*')).filter(
			(it) => it['pid'] === String(pid) || it['state'] === 'stopped',
		),
	).toEqual([]);
});

test('no more than a hundred foreign processes that have ended are known after a crash', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'a', 'exec sleep 60');
	const strangers = Array.from({ length: 102 }, () => sleeper());
	for (const [n, { pid }] of strangers.entries()) {
		expect(await ask(archon, 'MonitorPid', String(pid), `x${n}`)).toBe('Ok');
	}
	for (const { pid } of strangers) {
		process.kill(pid, 'SIGKILL');
	}
	await Promise.all(strangers.map((it) => it.gone()));
	await expect.poll(async () => (await rows(archon, 'Status')).length).toBe(101);
	const before = (await rows(archon, 'Status')).map(({ name }) => name);
	await crash(archon);
	expect((await rows(archon, 'Status')).map(({ name }) => name)).toEqual(before);
	expect(before).toHaveLength(101);
}, 60_000);
