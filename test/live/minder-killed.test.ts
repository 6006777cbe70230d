import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf, rows, status, statusAt } from '../session/ask.ts';
import { client } from './client.ts';
import { daemonPid, daemonPids } from './crash.ts';
import { Crashing } from './crashing.ts';
import { asRoot, Inside } from './init/inside.ts';
import { Installed } from './installed.ts';
import { killMinder, minderOf, openIn } from './minder.ts';
import { Told } from './told.ts';
import { until } from './until.ts';

const nap = '[service.a]\nrun = ["sleep", "600"]\n';
/** Tells when it is told to end; `b` comes up after `a` and goes before it. */
const leaves = (name: string, told: string, more: string) =>
	`[service.${name}]\nrun = ["sh", "-c", "trap 'echo ${name} > ${told}; exit 0' TERM; echo up; while :; do sleep 0.05; done"]\nready = "log:^up"\n${more}`;
const pair = (told: string) => leaves('a', told, '') + leaves('b', told, 'requires = ["a"]\n');

/** Kills the minder, and resolves with the next one when there is also the next daemon, and the one before can answer nobody. */
async function killWithDaemon(pid: number | undefined): Promise<number> {
	const archon = { keeper: { pid } };
	const before = daemonPid(archon);
	const minder = await killMinder(pid);
	await until(() => {
		const daemons = daemonPids(archon);
		return daemons.length > 0 && !daemons.includes(before);
	});
	return minder;
}

test('services go on, a Run in flight is answered, and nothing has been restarted', async () => {
	const archon = await Archon.configured(nap);
	const told = new Told(archon.directory);
	await ask(archon, 'Wait', 'a', 'running');
	const first = await pidOf(archon, 'a');
	await statusAt(archon, 'a', ['backoff', 'running'], () => process.kill(first, 'SIGKILL'));
	const { uptime: _, ...before } = await status(archon, 'a');
	const script = `trap 'exit 7' INT; echo up > ${told.path}; while :; do sleep 0.01; done`;
	const run = ask(archon, 'Run', formatArgs(['sh', '-c', script]), 'ARCHON_NAME=job');
	await told.next();
	const waits = await client(archon);
	await waits.say('Wait,a,stopped\nPing\n');
	expect(await ask(archon, 'Ping')).toBe('Ok');
	for (let times = 0; times < 2; times++) {
		await killWithDaemon(archon.keeper.pid);
		expect(await ask(archon, 'Ping')).toBe('Ok');
	}
	expect(before).toMatchObject({ pid: expect.stringMatching(/^[1-9]/), restarts: '1' });
	expect(await status(archon, 'a')).toMatchObject(before);
	expect(await ask(archon, 'Signal', 'job', 'INT')).toBe('Ok');
	expect(await run).toBe('ExitStatus,7');
	expect(await ask(archon, 'Stop', 'a')).toBe('Ok');
	expect(await waits.hear(2)).toEqual(['Ok', 'Ok']);
	expect(await archon.end()).toBe(0);
});

test('while everything is being stopped: it is stopped all the same, in its order', async () => {
	const directory = temporary();
	const told = new Told(directory);
	const archon = await Archon.configured(pair(told.path), directory);
	expect(await ask(archon, 'Wait', 'b', 'running')).toBe('Ok');
	const minder = await minderOf(archon.keeper.pid);
	process.kill(archon.keeper.pid ?? 0, 'SIGTERM');
	expect(await told.next()).toBe('b');
	process.kill(minder, 'SIGKILL');
	expect(await told.next()).toBe('a');
	expect(await archon.end()).toBe(0);
});

test('no connection of a client is in it, and no lock', async () => {
	const archon = await Archon.configured(nap);
	const { socket } = await client(archon);
	await ask(archon, 'Wait', 'a', 'running');
	const minder = await killWithDaemon(archon.keeper.pid); // which it starts when it has closed what is not its own
	const open = [...openIn(minder)].filter(([fd]) => fd > 2).map(([, it]) => it); // outputs of a test are sockets too
	for (const folder of ['state', 'log', 'fifo']) {
		expect(open.filter((it) => it.startsWith(`${archon.directory}/${folder}`))).toEqual([]);
	}
	// The one that listens, and its own with the keeper.
	expect(open.filter((it) => it.startsWith('socket:')).length).toBe(2);
	socket.destroy();
});

test('safe mode stays', async () => {
	const directory = temporary();
	const program = new Crashing(directory);
	const archon = await Archon.start(directory, { ARCHON_DAEMON: program.path });
	const mode = async () => (await rows(archon, 'Version')).find(({ name }) => name === 'mode')?.['version'];
	program.isOn = true;
	process.kill(daemonPid(archon), 'SIGKILL');
	expect(await ask(archon, 'Ping')).toBe('Ok');
	expect(await mode()).toBe('safe');
	program.isOn = false; // it would not come to safe mode by itself again
	await killWithDaemon(archon.keeper.pid);
	expect(await ask(archon, 'Ping')).toBe('Ok');
	expect(await mode()).toBe('safe');
});

test('after an upgrade it is the program that is installed by then', async () => {
	const installed = new Installed();
	const archon = await installed.start();
	const before = await minderOf(archon.keeper.pid);
	const program = statSync(`/proc/${before}/exe`).ino;
	installed.copy('native/build/Release/archond');
	expect((await archon.ctl(['upgrade'])).code).toBe(0);
	const after = await minderOf(archon.keeper.pid, before);
	expect(statSync(`/proc/${after}/exe`).ino).not.toBe(program);
});

asRoot('a container goes on, and ends with its right exit code', async () => {
	const directory = temporary();
	const told = new Told(directory);
	const inside = await Inside.start({ toml: pair(told.path), directory });
	expect(await inside.ask('Wait', 'b', 'running')).toBe('ok');
	const pid = await inside.ask('Get', 'b', 'pid');
	await killWithDaemon(inside.pid);
	expect(await inside.ask('Ping')).toBe('ok');
	expect(await inside.ask('Get', 'b', 'pid')).toEqual(pid);
	const minder = await minderOf(inside.pid);
	process.kill(inside.pid, 'SIGTERM');
	expect(await told.next()).toBe('b');
	process.kill(minder, 'SIGKILL');
	expect(await told.next()).toBe('a');
	expect(await inside.ended).toBe(0);
});

asRoot('nor is the exit code of a foreground service lost with it', async () => {
	const toml =
		'[service.a]\nrun = ["sh", "-c", "trap \'exit 9\' USR1; while :; do sleep 0.05; done"]\nrestart = "never"\n';
	const inside = await Inside.start({ toml, options: ['--foreground', 'a'] });
	expect(await inside.ask('Wait', 'a', 'running')).toBe('ok');
	await killWithDaemon(inside.pid);
	expect(await inside.ask('Signal', 'a', 'USR1')).toBe('ok');
	expect(await inside.ended).toBe(9);
});
