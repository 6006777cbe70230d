import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon, temporary } from '../archon.ts';
import { Stagehand } from '../session/actor.ts';
import { ask, daemon, pidOf, rows, status } from '../session/ask.ts';
import { exiting, monitor, sleeper, tells } from '../session/foreign.ts';
import { Watch } from '../session/watch.ts';
import { loopback, port } from './address.ts';
import { behead } from './behead.ts';
import { daemonPid } from './crash.ts';
import { hasTmpfs, tmpfs } from './tmpfs.ts';
import { isAlive, Told } from './told.ts';
import { until } from './until.ts';

const nap = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

/** Kills the keeper, and starts another in its place. */
async function replace(archon: Archon): Promise<Archon> {
	await behead(archon);
	return again(archon);
}

function again({ directory }: Archon): Promise<Archon> {
	const config = existsSync(`${directory}/archon.toml`) ? ['--config', `${directory}/archon.toml`] : [];
	return Archon.start(directory, {}, config);
}

const configured = (toml: string) => Archon.configured(toml, temporary(tmpfs));

/** Processes that are no archon's any more are ended with the test. */
function ended(...pids: number[]): void {
	onTestFinished(() => {
		for (const pid of pids.filter(isAlive)) {
			process.kill(pid, 'SIGKILL');
		}
	});
}

function parentOf(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
	return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** Name, state, pid, restarts and last end of each. */
async function all(archon: Archon): Promise<string[]> {
	const found = await rows(archon, 'Status');
	return found.map(({ name, state, pid, restarts, last }) => [name, state, pid, restarts, last].join(' '));
}

const testIf = test.skipIf(!hasTmpfs);

testIf('services go on as they were under the next archond, over the end of its daemon too', async () => {
	const archon = await configured(nap('a') + nap('b', 'requires = ["a"]') + nap('c', 'manual = true'));
	await ask(archon, 'Wait', 'b', 'running');
	const watch = await Watch.begin(archon);
	process.kill(await pidOf(archon, 'a'), 'SIGKILL');
	await watch.event('process.ready', 'b');
	const before = await all(archon);
	const pid = await pidOf(archon, 'a');
	const next = await replace(archon);
	expect(await all(next)).toEqual(before);
	expect(parentOf(pid)).not.toBe(next.keeper.pid);
	process.kill(daemonPid(next), 'SIGKILL');
	expect(await all(next)).toEqual(before);
	const third = await replace(next);
	expect(await all(third)).toEqual(before);
	// After the next start it is a child again.
	expect(await ask(third, 'Restart', 'a')).toBe('Ok');
	expect(isAlive(pid)).toBe(false);
	expect(parentOf(await pidOf(third, 'a'))).toBe(third.keeper.pid);
	expect(await ask(third, 'Stop', 'b')).toBe('Ok');
});

testIf(
	'an end is seen and the policy does what it would: the status is known where the kernel tells',
	async () => {
		const archon = await configured(
			`[service.a]\nrun = ["sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.01; done"]\nbackoff = { from = "10ms" }\n${nap('b', 'restart = "never"')}`,
		);
		await ask(archon, 'Wait', 'b', 'running');
		const next = await replace(archon);
		const watch = await Watch.begin(next);
		process.kill(await pidOf(next, 'a'), 'SIGTERM');
		expect((await watch.event('process.exited', 'a')).at(-1)).toBe(tells ? 'exit=7' : 'status=unknown');
		await watch.event('process.ready', 'a');
		process.kill(await pidOf(next, 'b'), 'SIGKILL');
		await watch.event('process.failed', 'b');
		expect(await status(next, 'b')).toMatchObject({ last: tells ? 'signal:KILL' : 'unknown' });
		expect(await status(next, 'a')).toMatchObject({ state: 'running', restarts: '1' });
	},
);

testIf('an end while there was no archond is unknown, and says why', async () => {
	const archon = await configured(
		nap('a', 'restart = "never"') + nap('b', 'backoff = { from = "1h", to = "1h" }'),
	);
	await ask(archon, 'Wait', 'a', 'running');
	await ask(archon, 'Wait', 'b', 'running');
	const pids = [await pidOf(archon, 'a'), await pidOf(archon, 'b')];
	await behead(archon);
	for (const pid of pids) {
		process.kill(pid, 'SIGKILL');
	}
	await until(() => !pids.some((pid) => existsSync(`/proc/${pid}`)));
	const next = await again(archon);
	const reason = expect.stringContaining('ended while no archond was there to see how');
	expect(await status(next, 'a')).toMatchObject({ state: 'failed', last: 'unknown', reason });
	expect(await status(next, 'b')).toMatchObject({ state: 'backoff', last: 'unknown', reason });
	expect((await rows(next, 'Why', 'a'))[0]).toMatchObject({ sentence: reason });
	const told = await rows(next, 'Events', 'types=process.exited');
	expect(told.map(({ name, fields }) => [name, fields?.includes('status=unknown')])).toEqual([
		['a', true],
		['b', true],
	]);
});

testIf('an end while the next daemon was dead is known all the same', async () => {
	const archon = await configured(nap('a', 'restart = "never"'));
	await ask(archon, 'Wait', 'a', 'running');
	const next = await replace(archon);
	const pid = await pidOf(next, 'a');
	const daemonOf = daemonPid(next);
	process.kill(daemonOf, 'SIGSTOP');
	process.kill(pid, 'SIGKILL');
	await until(() => !isAlive(pid));
	process.kill(daemonOf, 'SIGKILL');
	await ask(next, 'Wait', 'a', 'failed');
	expect(await status(next, 'a')).toMatchObject({ last: tells ? 'signal:KILL' : 'unknown' });
});

testIf('a stop reaches the whole tree, with and without control groups', async () => {
	for (const begin of [() => Archon.start(temporary(tmpfs)), () => Archon.ungrouped(temporary(tmpfs))]) {
		const archon = await begin();
		const told = new Told(archon.directory);
		await daemon(
			archon,
			'web',
			`(setsid sh -c 'echo $$ > ${told.path}; exec sleep 60' &); echo $$ > ${told.path}; exec sleep 60`,
		);
		const pids = await told.pids(2);
		ended(...pids);
		const next = await replace(archon);
		expect(pids.map(isAlive)).toEqual([true, true]);
		expect(await pidOf(next, 'web')).toBe(Math.min(...pids));
		expect(await ask(next, 'Stop', 'web')).toBe('Ok');
		expect(pids.map(isAlive)).toEqual([false, false]);
	}
});

testIf('a Run lives on without its client, and can be reached by its name', async () => {
	const archon = await Archon.start(temporary(tmpfs));
	const told = new Told(archon.directory);
	const script = `trap 'exit 7' INT; echo $$ > ${told.path}; while :; do sleep 0.01; done`;
	const reply = ask(archon, 'Run', formatArgs(['sh', '-c', script]), 'ARCHON_NAME=job');
	const [pid = 0] = await told.pids(1);
	ended(pid);
	const next = await replace(archon);
	expect(await reply).toBe('nothing');
	expect(await status(next, 'job')).toMatchObject({ kind: 'run', state: 'running', pid: String(pid) });
	const watch = await Watch.begin(next);
	expect(await ask(next, 'Signal', 'job', 'INT')).toBe('Ok');
	expect((await watch.event('process.exited', 'job')).at(-1)).toBe(tells ? 'exit=7' : 'status=unknown');
	expect(await rows(next, 'Status')).toEqual([]);
});

testIf('no line is lost that a service writes meanwhile, nor torn', async () => {
	const archon = await Archon.start(temporary(tmpfs));
	const script = `i=0; while [ $i -lt 3000 ]; do i=$((i+1)); printf 'li'; printf 'ne %s\\n' $i; done; exec sleep 60`;
	await daemon(archon, 'w', script);
	let next = archon;
	for (let i = 0; i < 3; i++) {
		next = await replace(next);
	}
	const last = async () => (await rows(next, 'Logs', 'w', 'lines=1')).at(-1)?.['line'];
	await expect.poll(last, { timeout: 10_000 }).toBe('line 3000');
	const lines = (await rows(next, 'Logs', 'w', 'lines=5000')).map(({ line }) => line);
	expect(lines).toEqual(Array.from({ length: 3000 }, (_, i) => `line ${i + 1}`));
});

testIf('a foreign process is watched on; of one that ended meanwhile nothing is known', async () => {
	const archon = await Archon.start(temporary(tmpfs));
	const [living, ending] = [sleeper(), exiting(3)];
	await monitor(archon, [living.pidfd], 'living');
	await monitor(archon, [ending.pidfd], 'ending');
	await behead(archon);
	ending.tell();
	await ending.gone();
	const next = await again(archon);
	expect(await status(next, 'living')).toMatchObject({ state: 'running', pid: String(living.pid) });
	expect(await status(next, 'ending')).toMatchObject({ last: 'unknown', reason: 'status unknown' });
	process.kill(daemonPid(next), 'SIGKILL');
	process.kill(living.pid, 'SIGTERM');
	expect(await ask(next, 'Wait', 'living', 'exited')).toBe('Ok');
	expect(await status(next, 'living')).toMatchObject({ last: tells ? 'signal:TERM' : 'unknown' });
});

function caller(host: string): Socket {
	const client = connect(port, host);
	client.on('error', () => {});
	onTestFinished(() => void client.destroy());
	return client;
}

/** The number of a socket, as `/proc` has it. */
const socketOf = 'os.readlink("/proc/self/fd/3")';

testIf('what listens goes on and is kept again: nobody is refused when it is restarted', async () => {
	const directory = temporary(tmpfs);
	const [hand, host] = [new Stagehand(directory), loopback()];
	const sockets = `["tcp:${host}:${port}", "unix:${directory}/web.sock", "udp:${host}:${port}"]`;
	const archon = await Archon.configured(`[service.web]\nrun = ${hand.run}\nsockets = ${sockets}`, directory);
	const actor = await hand.next();
	const inode = await actor.does(socketOf);
	await behead(archon);
	const client = caller(host);
	await once(client, 'connect');
	const next = await again(archon);
	const before = await rows(next, 'Sockets');
	expect(before.map(({ address }) => address).sort()).toEqual(
		[`tcp:${host}:${port}`, `udp:${host}:${port}`, `unix:${directory}/web.sock`].sort(),
	);
	process.kill(daemonPid(next), 'SIGKILL');
	expect(await rows(next, 'Sockets')).toEqual(before);
	const restarted = ask(next, 'Restart', 'web');
	const follower = await hand.next();
	expect(await restarted).toBe('Ok');
	expect(await follower.does(socketOf)).toBe(inode);
});

testIf('who waits for a connection listens again, and starts when one comes', async () => {
	const [directory, host] = [temporary(tmpfs), loopback()];
	const archon = await Archon.configured(
		`[service.web]\nrun = ["sleep", "60"]\nsockets = ["tcp:${host}:${port}"]\nactivate = "on-connect"`,
		directory,
	);
	expect(await status(archon, 'web')).toMatchObject({ state: 'waiting' });
	const next = await replace(archon);
	expect(await rows(next, 'Sockets')).toMatchObject([{ address: `tcp:${host}:${port}`, last: '-' }]);
	caller(host);
	expect(await ask(next, 'Wait', 'web', 'running')).toBe('Ok');
});

testIf('at its door a program gets what it asks for again, though nobody had it any more', async () => {
	const [directory, host] = [temporary(tmpfs), loopback()];
	const hand = new Stagehand(directory);
	const archon = await Archon.configured(
		`[service.web]\nrun = ${hand.run}\nsockets = ["tcp:${host}:${port}"]\nbind = true`,
		directory,
	);
	const actor = await hand.next();
	await replace(archon);
	const asked = `ask_to_bind("tcp:${host}:${port}", at=os.environ["ARCHON_BIND"])`;
	expect(await actor.does(asked)).toEqual(['Ok', [[host, port]]]);
});
