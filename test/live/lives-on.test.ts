import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon, temporary } from '../archon.ts';
import { play } from '../session/actor.ts';
import { ask, daemon, pidOf, rows, status } from '../session/ask.ts';
import { exiting, monitor, sleeper, tells } from '../session/foreign.ts';
import { Watch } from '../session/watch.ts';
import { crash } from './crash.ts';
import { isAlive, Told } from './told.ts';
import { until } from './until.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

async function all(archon: Archon): Promise<string[]> {
	const found = await rows(archon, 'Status');
	return found.map(({ name, state, pid, restarts, last }) => [name, state, pid, restarts, last].join(' '));
}

test('services go on as they were: same processes, same counts, and what was stopped stays so', async () => {
	const archon = await Archon.configured(
		nap('a') + nap('b', 'requires = ["a"]') + nap('c', 'manual = true') + nap('d'),
	);
	await ask(archon, 'Wait', 'b', 'running');
	const watch = await Watch.begin(archon);
	process.kill(await pidOf(archon, 'a'), 'SIGKILL');
	await watch.event('process.ready', 'b');
	await ask(archon, 'Stop', 'd');
	const before = await all(archon);
	await crash(archon);
	expect(await all(archon)).toEqual(before);
	await crash(archon);
	expect(await all(archon)).toEqual(before);
	expect(before).toMatchObject([
		expect.stringMatching(/^a running \d+ 1 signal:KILL/),
		expect.stringMatching(/^b running \d+ 1 signal:TERM/),
		'c stopped - 0 -',
		expect.stringMatching(/^d stopped - 0 signal:TERM/),
	]);
	expect(await ask(archon, 'Restart', 'a')).toBe('Ok');
	expect(await ask(archon, 'Stop', 'a')).toBe('Ok');
});

test('a daemon by request goes on, and can be started again', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60', 'ARCHON_RESTART=always');
	const pid = await pidOf(archon, 'web');
	await crash(archon);
	expect(await pidOf(archon, 'web')).toBe(pid);
	expect(isAlive(pid)).toBe(true);
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	expect(isAlive(pid)).toBe(false);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', reason: '' });
});

test('a foreign process is watched on, and its end while no daemon ran is known', async () => {
	const archon = await Archon.start();
	const [living, ending] = [sleeper(), exiting(3)];
	await monitor(archon, [living.pidfd], 'living');
	await monitor(archon, [ending.pidfd], 'ending');
	await crash(archon, () => {
		ending.tell();
		return ending.gone();
	});
	await ask(archon, 'Ping');
	await crash(archon);
	expect(await status(archon, 'living')).toMatchObject({ state: 'running', pid: String(living.pid) });
	await ask(archon, 'Wait', 'ending', 'exited');
	expect(await status(archon, 'ending')).toMatchObject({ last: tells ? 'exit:3' : 'unknown' });
	process.kill(living.pid, 'SIGTERM');
	expect(await ask(archon, 'Wait', 'living', 'exited')).toBe('Ok');
});

test('what a service says and gives while no daemon runs is heard', async () => {
	const { archon, actor } = await play('ready = "notify"');
	const pid = await pidOf(archon, 'web');
	await crash(archon, () => actor.does('notify("STATUS=well\\nREADY=1")'));
	expect(await ask(archon, 'Wait', 'web', 'running', '10s')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ pid: String(pid), reason: 'well' });
});

test('ends while no daemon runs are settled: restarted after the back-off, or given up', async () => {
	const archon = await Archon.configured(
		nap('a', 'backoff = { from = "100ms", reset = "1h" }') + nap('b', 'restart = "never"'),
	);
	// One that is killed before exec has run nothing and so has no end: its start failed.
	await ask(archon, 'Wait', 'a', 'running');
	await ask(archon, 'Wait', 'b', 'running');
	const pids = [await pidOf(archon, 'a'), await pidOf(archon, 'b')];
	await crash(archon, async () => pids.map((pid) => process.kill(pid, 'SIGKILL')));
	expect(await ask(archon, 'Wait', 'a', 'running')).toBe('Ok');
	expect((await all(archon)).map((it) => it.replace(/running \d+/, 'running PID'))).toEqual([
		'a running PID 1 signal:KILL',
		'b failed - 0 signal:KILL',
	]);
	const told = await rows(archon, 'Events', 'names=a');
	expect(told.map(({ type }) => type?.slice(8))).toEqual([
		...['starting', 'started', 'ready', 'exited', 'backoff'],
		...['starting', 'started', 'ready'],
	]);
});

test('a back-off goes on to the same moment', async () => {
	const archon = await Archon.configured(
		'[service.a]\nrun = ["false"]\nbackoff = { from = "1h", to = "1h", jitter = 0 }',
	);
	await ask(archon, 'Wait', 'a', 'backoff');
	await crash(archon);
	const { state, restarts, last, reason } = await status(archon, 'a');
	expect([state, restarts, last]).toEqual(['backoff', '0', 'exit:1']);
	expect(reason).toMatch(/starts again in (59m|1h)/);
});

test('a stop under way goes on, to its KILL', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	await daemon(archon, 'deaf', `trap "" TERM; echo up > ${told.path}; while :; do sleep 60; done`);
	await told.next();
	const pid = await pidOf(archon, 'deaf');
	const watch = await Watch.begin(archon);
	void ask(archon, 'Stop', 'deaf', '3s').catch(() => {});
	await watch.event('process.stopping', 'deaf');
	await crash(archon);
	expect(await status(archon, 'deaf')).toMatchObject({ state: 'stopping', pid: String(pid) });
	expect(await ask(archon, 'Wait', 'deaf', 'stopped')).toBe('Ok');
	expect(isAlive(pid)).toBe(false);
});

test('a Run goes on, and can be reached by its name', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	const script = `trap 'exit 7' INT; echo up > ${told.path}; while :; do sleep 0.01; done`;
	const ending = ask(archon, 'Run', formatArgs(['sh', '-c', script]), 'ARCHON_NAME=job');
	await told.next();
	await crash(archon);
	expect(await status(archon, 'job')).toMatchObject({ kind: 'run', state: 'running' });
	expect(await ask(archon, 'Signal', 'job', 'INT')).toBe('Ok');
	expect(await ending).toBe('ExitStatus,7');
	expect(await rows(archon, 'Status')).toEqual([]);
});

test('a Run is told once, however many commands beside services were started before it', async () => {
	const directory = temporary();
	const tries = `${directory}/tries`;
	writeFileSync(tries, '');
	const never = (name: string) =>
		nap(name, `ready = "run:sh,-c,echo >> ${tries}; exit 1"\nstart_timeout = "1h"`);
	const names = Array.from({ length: 10 }, (_, i) => `never${i}`);
	const archon = await Archon.configured(names.map(never).join(''), directory);
	// Each try is a start without an event: the number of the next one is higher than those of its events.
	await until(() => readFileSync(tries, 'utf8').length > 40);
	const told = new Told(archon.directory);
	const script = `trap 'exit 7' INT; echo up > ${told.path}; while :; do sleep 0.01; done`;
	const ending = ask(archon, 'Run', formatArgs(['sh', '-c', script]), 'ARCHON_NAME=job');
	await told.next();
	await crash(archon);
	await crash(archon);
	expect(await ask(archon, 'Signal', 'job', 'INT')).toBe('Ok');
	expect(await ending).toBe('ExitStatus,7');
	const types = (await rows(archon, 'Events', 'names=job')).map(({ type }) => type);
	expect(types).toEqual(['process.started', 'process.exited']);
});

test('edges that requests added and failures of groups are known after a crash', async () => {
	const archon = await Archon.configured(
		`${nap('a')}${nap('b')}[group.g]\nmembers = ["a"]\nintensity = { restarts = 0, within = "1h" }\n`,
	);
	await ask(archon, 'Wait', 'a', 'running');
	expect(await ask(archon, 'Depend', 'b', 'a')).toBe('Ok');
	const watch = await Watch.begin(archon);
	process.kill(await pidOf(archon, 'a'), 'SIGKILL');
	await watch.event('group.failed', 'g');
	const before = await all(archon);
	await crash(archon);
	expect(await all(archon)).toEqual(before);
	const told = (await rows(archon, 'Events', 'types=group.*')).map(({ type }) => type);
	expect(told.filter((type) => type === 'group.failed')).toHaveLength(1);
	expect(await ask(archon, 'Undepend', 'b', 'a')).toBe('Ok');
	expect(await ask(archon, 'Start', 'g')).toBe('Ok');
});

test('what was removed stays away', async () => {
	const archon = await Archon.configured(nap('a') + nap('b', 'manual = true'));
	await ask(archon, 'Stop', 'a');
	await ask(archon, 'Remove', 'a');
	await crash(archon);
	expect((await rows(archon, 'Status')).map(({ name }) => name)).toEqual(['b']);
});

test('no line is lost that a service writes meanwhile', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'w', 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; done; exec sleep 60');
	for (let i = 0; i < 3; i++) {
		await crash(archon);
		await ask(archon, 'Ping');
	}
	const last = async () => (await rows(archon, 'Logs', 'w', 'lines=1')).at(-1)?.['line'];
	await expect.poll(last).toBe('line 3000');
	const lines = (await rows(archon, 'Logs', 'w', 'lines=5000')).map(({ line }) => line);
	expect(lines).toEqual(Array.from({ length: 3000 }, (_, i) => `line ${i + 1}`));
});
