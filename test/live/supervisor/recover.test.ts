import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { epoll } from '../../../src/native/poller.ts';
import { formatArgs } from '../../../src/protocol/args.ts';
import { Archon } from '../../archon.ts';
import { ask, daemon, names, pidOf, type Row, rows, written } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Watch } from '../../session/watch.ts';
import { crash, daemonPid } from '../crash.ts';
import { isAlive, Told } from '../told.ts';
import { until } from '../until.ts';
import { watchedBy } from '../watched.ts';

/** What the journal has of a name: types, with the ends. */
async function history(archon: Archon, name: string): Promise<string[]> {
	const events = await rows(archon, 'Events', `names=${name}`);
	return events.map((row) => `${row['type']} ${row['fields']?.replace(/pid=\d+,start=\d+,?/, '')}`.trim());
}

function startOf(event: Row): string | undefined {
	return /start=(\d+)/.exec(event['fields'] ?? '')?.[1];
}

/** The numbers of all events there are. */
async function seqs(archon: Archon): Promise<number[]> {
	return (await rows(archon, 'Events')).map((row) => Number(row['seq']));
}

function run(archon: Archon, script: string, ...settings: string[]): Promise<string> {
	return ask(archon, 'Run', formatArgs(['sh', '-c', script]), ...settings);
}

test('a daemon that takes over from nothing tells daemon.recovered and goes on with the numbers', async () => {
	const archon = await Archon.start();
	const before = daemonPid(archon);
	await crash(archon);
	expect(await rows(archon, 'Events')).toMatchObject([
		{ seq: '1', type: 'daemon.started', name: '-' },
		{ seq: '2', type: 'daemon.recovered', name: '-', fields: expect.stringMatching(/^version=/) },
	]);
	expect(daemonPid(archon)).not.toBe(before);
	expect([await names(archon), await ask(archon, 'Run', 'true')]).toEqual([[], 'ExitStatus,0']);
});

test('a Run in flight goes on, its ExitStatus arrives, and its end is told once', async () => {
	const archon = await Archon.start();
	const [told, gate] = [new Told(archon.directory), new Gate(archon)];
	const watch = await Watch.begin(archon);
	const ending = run(archon, `echo up > ${told.path}; ${gate.wait}; exit 7`, 'ARCHON_NAME=job');
	await watch.event('process.started', 'job');
	await told.next();
	await crash(archon);
	expect(await names(archon)).toEqual(['job']);
	gate.open();
	expect(await ending).toBe('ExitStatus,7');
	expect(await history(archon, 'job')).toEqual(['process.started', 'process.exited exit=7']);
	expect(await names(archon)).toEqual([]);
});

test('a daemon that ran goes on with its tree, which is ended with it', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	const left = `setsid -f sh -c 'echo $$ > ${told.path}; exec sleep 60'`;
	await daemon(archon, 'web', `${left}; exec sleep 60`, 'ARCHON_RESTART=always');
	const pids = [await pidOf(archon, 'web'), ...(await told.pids(1))];
	await crash(archon);
	expect(pids.map(isAlive)).toEqual([true, true]);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(pids.map(isAlive)).toEqual([false, false]);
	expect(await history(archon, 'web')).toEqual([
		'process.starting',
		'process.started',
		'process.ready',
		'process.stopping',
		'process.exited signal=TERM',
		'process.stopped',
	]);
});

test('its name stays taken, and its place in the ledger is not given to another', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60');
	const pid = await pidOf(archon, 'web');
	await crash(archon);
	expect(await daemon(archon, 'web', 'true')).toMatch(/^Error,"the name ""web"" is taken/);
	expect(await run(archon, 'exit 3')).toBe('ExitStatus,3');
	expect(await pidOf(archon, 'web')).toBe(pid);
	expect(await ask(archon, 'Stop', 'web', '0s')).toBe('Ok');
	expect(isAlive(pid)).toBe(false);
});

test('a daemon in back-off, one that was stopped and one that ended stay so, and nothing is told of them', async () => {
	const archon = await Archon.configured('[defaults]\nbackoff = { from = "1h", to = "1h" }');
	await daemon(archon, 'failing', 'exit 1');
	await daemon(archon, 'stopped', 'exec sleep 60');
	await daemon(archon, 'ended', 'true');
	await ask(archon, 'Stop', 'stopped');
	await ask(archon, 'Wait', 'ended', 'exited');
	await ask(archon, 'Wait', 'failing', 'backoff');
	const before = (await seqs(archon)).length;
	await crash(archon);
	const states = (await rows(archon, 'Status')).map(({ name, state, last }) => `${name} ${state} ${last}`);
	expect(states).toEqual(['ended exited exit:0', 'failing backoff exit:1', 'stopped stopped signal:TERM']);
	const events = (await rows(archon, 'Events')).slice(before).map((row) => row['type']);
	expect(events).toEqual(['daemon.recovered']);
});

test('an end whose ExitStatus the client has no room for is told once, over any number of crashes, and what is behind goes on', async () => {
	const archon = await Archon.start();
	const client = net.connect(archon.socket);
	onTestFinished(() => void client.destroy());
	client.pause();
	client.end('Run,true\n'.repeat(500));
	// The keeper waits for room: EPOLLOUT.
	await until(() => watchedBy(archon.keeper.pid).some(({ events }) => (events & epoll.out) !== 0));
	await crash(archon);
	await ask(archon, 'Ping');
	await crash(archon);
	let replies = '';
	client.on('data', (bytes) => {
		replies += String(bytes);
	});
	client.resume();
	await once(client, 'close');
	expect(replies).toBe('ExitStatus,0\n'.repeat(500));
	const ends = (await rows(archon, 'Events', 'types=process.exited')).map(startOf);
	expect([ends.length, new Set(ends).size]).toEqual([500, 500]);
});

test('several kills in a row leave the numbers unbroken, and each time a daemon that serves', async () => {
	const archon = await Archon.start();
	const codes: string[] = [];
	for (let n = 1; n <= 4; n++) {
		codes.push(await run(archon, `exit ${n}`));
		await crash(archon);
	}
	expect(codes).toEqual([1, 2, 3, 4].map((code) => `ExitStatus,${code}`));
	const all = await seqs(archon);
	expect(all).toEqual(all.map((_, i) => i + 1));
	const events = await rows(archon, 'Events');
	expect(events.filter((row) => row['type'] === 'daemon.recovered')).toHaveLength(4);
	const starts = events.filter((row) => row['type'] === 'process.exited').map(startOf);
	expect(new Set(starts).size).toBe(4);
});

test('killed amid many Runs, every process that started has one end, and every number is there', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'types=process.exited');
	const clients = Array.from({ length: 6 }, () => archon.lines('Run,true\n'.repeat(200)).catch(() => []));
	for (let n = 0; n < 20; n++) {
		await watch.event('process.exited');
	}
	await crash(archon);
	await Promise.all(clients);
	await until(async () => (await names(archon)).length === 0);
	const events = await rows(archon, 'Events');
	const of = (type: string) => events.filter((row) => row['type'] === type).map(startOf);
	const ends = of('process.exited');
	expect(new Set(ends).size).toBe(ends.length);
	expect(of('process.started').filter((start) => !ends.includes(start))).toEqual([]);
	expect(events.map((row) => Number(row['seq']))).toEqual(events.map((_, i) => i + 1));
});

test('what a Run wrote before a crash and after it is in its log, and its pipes are given back', async () => {
	const archon = await Archon.start();
	const [told, gate] = [new Told(archon.directory), new Gate(archon)];
	const script = `echo before; printf 'in '; echo up > ${told.path}; ${gate.wait}; printf after; exit 7`;
	const ending = run(archon, script, 'ARCHON_NAME=job');
	await told.next();
	await crash(archon);
	gate.open();
	expect(await ending).toBe('ExitStatus,7');
	expect(await written(archon, 'job')).toEqual(['before', 'in after']);
	await until(() => readdirSync(`${archon.directory}/fifo`).length === 0);
	expect(await run(archon, 'echo again', 'ARCHON_NAME=job')).toBe('ExitStatus,0');
	expect(await written(archon, 'job')).toEqual(['before', 'in after', 'again']);
});

test('a number with the keeper is not used twice at a time', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	const old = run(archon, `trap "" TERM; echo up > ${told.path}; exec sleep 60`, 'ARCHON_NAME=old');
	await told.next();
	await crash(archon);
	expect(await run(archon, 'exit 5')).toBe('ExitStatus,5');
	expect(await ask(archon, 'Stop', 'old', '0s')).toBe('Ok');
	expect(await old).toBe('ExitStatus,137');
	expect(await archon.lines('Run,"sh,-c,exit 6"\nRun,"sh,-c,exit 7"\n')).toEqual([
		'ExitStatus,6',
		'ExitStatus,7',
	]);
});
