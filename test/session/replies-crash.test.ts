import { existsSync } from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { daemonPid } from '../live/crash.ts';
import { Lines } from '../live/lines.ts';
import { stop } from '../live/until.ts';
import { Gate } from './gate.ts';
import { copies, Pass } from './pass.ts';
import { Watch } from './watch.ts';

test('a connection with a Run in flight outlives a crash of the daemon', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const gate = new Gate(archon);
	const client = await archon.connect();
	const reply = client.call(['Run', `sh,-c,${gate.wait}; exit 4`]);
	await watch.event('process.started', 'sh');
	crash(archon);
	await archon.lines('Ping\n');
	gate.open();
	expect((await reply).final).toEqual({ tag: 'exit', code: 4 });
	expect((await client.call(['Ping'])).final).toEqual({ tag: 'ok' });
});

test('a Run that ends while no daemon is there still gets its ExitStatus, and its end is an event', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const socket = net.connect(archon.socket);
	const replies = new Lines(socket);
	socket.write(`Run,"sh,-c,${gate.wait}; exit 9"\n`);
	const started = await watch.event('process.started', 'sh');
	await stop(daemonPid(archon));
	gate.open();
	expect(await replies.next()).toBe('ExitStatus,9');
	crash(archon);
	const next = await Watch.begin(archon, `since=${started[1]}`);
	expect((await next.event('process.exited', 'sh')).at(-1)).toBe('exit=9');
	socket.destroy();
});

test('a connection with a Run in flight that has shut down its writing side outlives a crash, too', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const gate = new Gate(archon);
	const script = `echo ready; ${gate.wait}; exit 7`;
	const client = new Pass(archon, [`pass:${copies(3)}:Run,"sh,-c,${script}"\n`, 'half']);
	await watch.event('process.started', 'sh');
	crash(archon);
	await archon.lines('Ping\n');
	gate.open();
	expect(await client.replies()).toEqual(['ExitStatus,7']);
	expect(await client.written).toBe('ready\n');
});

test('many connections with a Run in flight outlive a crash, each with its own ExitStatus', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const clients = await Promise.all(Array.from({ length: 20 }, () => archon.connect()));
	const gate = new Gate(archon);
	const script = (code: number) => `sh,-c,${gate.wait}; exit ${code}`;
	const replies = clients.map((client, code) => client.call(['Run', script(code)]));
	for (const _ of clients) {
		await watch.event('process.started');
	}
	crash(archon);
	await archon.lines('Ping\n');
	for (const _ of clients) {
		gate.open();
	}
	expect((await Promise.all(replies)).map(({ final }) => final)).toEqual(
		clients.map((_, code) => ({ tag: 'exit', code })),
	);
});

test('any other connection may end, and a subscriber resumes with since=', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	await archon.lines('Run,true\n');
	const last = await watch.event('process.exited', 'true');
	crash(archon);
	await expect(watch.event('nothing')).rejects.toThrow('the events ended');
	await archon.lines('Run,false\n');
	const next = await Watch.begin(archon, `since=${last[1]}`);
	const seqs: number[] = [Number(last[1])];
	for (const [type, name] of [
		['daemon.recovered'],
		['process.started', 'false'],
		['process.exited', 'false'],
	]) {
		seqs.push(Number((await next.event(type as string, name))[1]));
	}
	expect(seqs).toEqual([0, 1, 2, 3].map((i) => Number(last[1]) + i));
});

test('a connection that a crash ended without a final reply had started nothing', async () => {
	const archon = await Archon.start();
	const file = (i: number) => `${archon.directory}/made-${i}`;
	const watch = await Watch.begin(archon);
	const clients = await Promise.all(Array.from({ length: 40 }, () => archon.connect()));
	const replies = clients.map((client, i) =>
		client.call(['Run', `touch,${file(i)}`, `ARCHON_NAME=run-${i}`]),
	);
	// Some have ended by then, some run, some have not begun.
	await watch.event('process.started');
	crash(archon);
	const settled = await Promise.allSettled(replies);
	const begun = await archon.lines('Events,types=process.*\n');
	const unanswered = settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []));
	expect(unanswered.filter((i) => existsSync(file(i)))).toEqual([]);
	expect(unanswered.filter((i) => begun.some((row) => row.includes(`,run-${i},`)))).toEqual([]);
});

test('a connection on which nothing is owed goes on over a crash, and new ones are taken as before', async () => {
	const archon = await Archon.start();
	for (const _ of ['once', 'again']) {
		const client = await archon.connect();
		await client.call(['Ping']);
		// By then the daemon knows that this reply is out.
		await archon.lines('Ping\n');
		crash(archon);
		expect((await client.call(['Ping'])).final).toEqual({ tag: 'ok' });
		expect(await archon.lines('Ping\nRun,"sh,-c,exit 3"\n')).toEqual(['Ok', 'ExitStatus,3']);
	}
	expect(await archon.end()).toBe(0);
});

test('a TERM that comes while the daemon is started again ends all of it in order', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60"\n');
	crash(archon);
	expect(await archon.end()).toBe(0);
	expect(archon.said.split('\n').slice(1)).toEqual([
		'archond: the daemon was ended by signal KILL: starting it again',
		'',
	]);
});

function crash(archon: Archon): void {
	process.kill(daemonPid(archon), 'SIGKILL');
}
