import { readdirSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { daemonPid } from '../live/crash.ts';
import { until } from '../live/until.ts';

test('a thousand runs that end at once, each with a further one pipelined behind it, are all answered', async () => {
	const archon = await Archon.start();
	const clients = await Promise.all(Array.from({ length: 1000 }, () => archon.connect()));
	const script = 'sleep,1000';
	const events = await archon.connect();
	await events.call(['Subscribe', 'types=process.started']);
	const replies = clients.map((client) =>
		Promise.all([client.call(['Run', script]), client.call(['Run', 'true'])]),
	);
	const names: string[] = [];
	for await (const record of events.follow()) {
		names.push(record[4] ?? '');
		if (names.length === clients.length) {
			break;
		}
	}
	const killer = await archon.connect();
	await Promise.all(names.map((name) => killer.call(['Signal', name, 'KILL'])));
	for (const [killed, next] of await Promise.all(replies)) {
		expect([killed.final, next.final]).toEqual([
			{ tag: 'exit', code: 137 },
			{ tag: 'exit', code: 0 },
		]);
	}
}, 60_000);

test('a client of Wait that goes away costs nothing', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	const daemon = daemonPid(archon);
	const before = sockets(daemon);
	const waiting = await Promise.all(Array.from({ length: 30 }, () => archon.connect()));
	await Promise.all(waiting.map((one) => one.call(['Ping'])));
	expect(sockets(daemon)).toBe(before + waiting.length);
	for (const one of waiting) {
		one.send(['Wait', 'web', 'stopped']);
		one.close();
	}
	await until(() => sockets(daemon) === before);
});

/** How many sockets the process has open. */
function sockets(pid: number): number {
	const names = readdirSync(`/proc/${pid}/fd`).map((fd) => {
		try {
			return readlinkSync(`/proc/${pid}/fd/${fd}`);
		} catch {
			return 'closed meanwhile';
		}
	});
	return names.filter((name) => name.startsWith('socket:')).length;
}
