import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Connection } from '../../../src/client/connection.ts';
import { Archon, temporary } from '../../archon.ts';
import { ask, names } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Watch } from '../../session/watch.ts';
import { crash, daemonPid } from '../crash.ts';
import { until } from '../until.ts';
import { watchedBy } from '../watched.ts';

const ok = { tag: 'ok' } as const;

/** Lets the daemon have so many descriptors more than it has now. */
function leaveRoom(archon: Archon, more: number): void {
	const pid = daemonPid(archon);
	const highest = Math.max(...readdirSync(`/proc/${pid}/fd`).map(Number));
	limit(archon, highest + 1 + more);
}

function limit(archon: Archon, most: number): void {
	execFileSync('prlimit', ['--pid', String(daemonPid(archon)), `--nofile=${most}:20000`]);
}

/** Whether the daemon takes clients: descriptor 4 is the listening socket. */
function isListening(archon: Archon): boolean {
	return watchedBy(daemonPid(archon)).some(({ fd }) => fd === 4);
}

test('300 clients at once are all served', async () => {
	const archon = await Archon.start();
	const clients = await Promise.all(Array.from({ length: 300 }, () => archon.connect()));
	const replies = await Promise.all(clients.map((client) => client.call(['Ping'])));
	expect(replies.map(({ final }) => final)).toEqual(Array(300).fill(ok));
});

test('100 clients with a Run each hear of their own end', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon, 'types=process.started')];
	const codes = Array.from({ length: 100 }, (_, n) => n);
	const replies = codes.map((code) => ask(archon, 'Run', `sh,-c,${gate.wait}; exit ${code}`));
	for (const _ of codes) {
		await watch.event('process.started');
	}
	for (const _ of codes) {
		gate.open();
	}
	expect(await Promise.all(replies)).toEqual(codes.map((code) => `ExitStatus,${code}`));
	expect(await names(archon)).toEqual([]);
});

test('a number with the keeper is used again when its client has left, and by nobody before', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'types=process.started');
	const ends = new Map<string, Promise<string>>();
	const run = async (name: string) => {
		ends.set(name, ask(archon, 'Run', 'sleep,60', `ARCHON_NAME=${name}`));
		await watch.event('process.started', name);
	};
	await run('a');
	await run('b');
	await ask(archon, 'Signal', 'a', 'HUP');
	expect(await ends.get('a')).toBe('ExitStatus,129');
	await run('c');
	await run('d');
	for (const [name, signal] of [
		['d', 'INT'],
		['c', 'USR1'],
		['b', 'KILL'],
	] as const) {
		await ask(archon, 'Signal', name, signal);
	}
	const replies = await Promise.all(['b', 'c', 'd'].map((name) => ends.get(name)));
	expect(replies).toEqual(['ExitStatus,137', 'ExitStatus,138', 'ExitStatus,130']);
});

test('when no descriptor is free further clients wait, and are served when others leave', async () => {
	const archon = await Archon.start();
	const first = await archon.connect();
	// By then the daemon has opened whatever it keeps open.
	await first.call(['Rules']);
	// If only time let others in, one a second, this would take 40 s.
	leaveRoom(archon, 1);
	const clients = await Promise.all(Array.from({ length: 40 }, () => archon.connect()));
	const served: Connection[] = [];
	const waiting = clients.map(async (client) => {
		const { final } = await client.call(['Ping']);
		served.push(client);
		return final;
	});
	// Each that is served leaves and lets the next one in.
	for (let left = 0; left < clients.length; left++) {
		await Promise.race(waiting.filter((_, i) => !served.includes(clients[i] as Connection)));
		expect(served.length - left).toBeLessThanOrEqual(1);
		served[left]?.close();
	}
	expect(await Promise.all(waiting)).toEqual(Array(40).fill(ok));
	expect((await first.call(['Ping'])).final).toEqual(ok);
});

test('they are served, too, when nobody was there who could leave', async () => {
	const archon = await Archon.start();
	limit(archon, 64);
	const reply = (await archon.connect()).call(['Ping']);
	await until(() => !isListening(archon));
	limit(archon, 20_000);
	expect((await reply).final).toEqual(ok);
});

test('what needs descriptors and gets none is refused, and the rest goes on', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['Ping']);
	leaveRoom(archon, 0);
	const reasons: string[] = [];
	for (const request of ['Run', 'StartDaemon']) {
		const { final } = await client.call([request, 'true']);
		reasons.push(final.tag === 'error' ? final.reason : final.tag);
	}
	expect(reasons).toEqual([
		expect.stringMatching(/^cannot start "true": output: .*(too many open files|EMFILE)/),
		expect.stringMatching(/^cannot start "true": output: .*(too many open files|EMFILE)/),
	]);
	expect((await client.call(['Status'])).rows).toEqual([]);
	limit(archon, 20_000);
	expect((await client.call(['Run', 'true'])).final).toEqual({ tag: 'exit', code: 0 });
	expect((await client.call(['Logs', 'true'])).rows).toEqual([]);
});

test('connections are kept up to half of the files that the keeper may open; those beyond are served all the same', async () => {
	const most = 128;
	const archon = await Archon.start(temporary(), {}, [], ['prlimit', `--nofile=${2 * most}`]);
	const clients: Connection[] = [];
	for (let i = 0; i <= most; i++) {
		const client = await archon.connect();
		clients.push(client);
		expect((await client.call(['Ping'])).final).toEqual(ok);
	}
	const [last, beyond] = clients.slice(-2);
	expect((await beyond?.call(['Run', 'sh,-c,exit 3']))?.final).toEqual({ tag: 'exit', code: 3 });
	expect((await beyond?.call(['StartDaemon', 'sleep,1000']))?.final).toEqual(ok);
	const late = [last, beyond].map((it) =>
		it?.call(['Wait', 'sleep', 'stopped']).then(
			({ final }) => final.tag,
			() => 'cut off',
		),
	);
	await ask(archon, 'Ping');
	await crash(archon);
	expect(await ask(archon, 'Stop', 'sleep')).toBe('Ok');
	expect(await Promise.all(late)).toEqual(['ok', 'cut off']);
});
