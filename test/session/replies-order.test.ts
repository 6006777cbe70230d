import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { daemonPid } from '../live/crash.ts';
import { stop } from '../live/until.ts';
import { Gate } from './gate.ts';
import { Watch } from './watch.ts';

test('requests on one connection are handled one after another, in order', async () => {
	const archon = await Archon.start();
	const file = `${archon.directory}/order`;
	const run = (i: number) => `Run,"sh,-c,echo begin ${i} >> ${file}; echo end ${i} >> ${file}; exit ${i}"\n`;
	const numbers = Array.from({ length: 20 }, (_, i) => i);
	expect(await archon.lines(numbers.map(run).join(''))).toEqual(numbers.map((i) => `ExitStatus,${i}`));
	expect(readFileSync(file, 'latin1')).toBe(numbers.map((i) => `begin ${i}\nend ${i}\n`).join(''));
});

test('a second request waits for the final reply of the first one; another connection does not', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const replies = archon.lines(`Run,"sh,-c,${gate.wait}"\nRun,true\nPing\n`);
	await watch.event('process.started', 'sh');
	await archon.lines('Run,true,ARCHON_NAME=other\n');
	gate.open();
	expect(await replies).toEqual(['ExitStatus,0', 'ExitStatus,0', 'Ok']);
	expect(await happened(archon)).toEqual([
		...['started sh', 'started other', 'exited other', 'exited sh'],
		...['started true', 'exited true'],
	]);
});

test.each([
	['StartDaemon,"sleep,61"', 'Ping', 'ready sleep'],
	['Wait,web,stopped', 'Stop,web', 'stopped web'],
	['Stop,web', 'Ping', 'stopped web'],
])('a second request waits for the final reply of %s', async (first, meanwhile, event) => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=web\n');
	const replies = archon.lines(`${first}\nRun,true\n`);
	await archon.lines(`Ping\n${meanwhile}\n`);
	expect(await replies).toEqual(['Ok', 'ExitStatus,0']);
	expect((await happened(archon)).slice(-3)).toEqual([event, 'started true', 'exited true']);
});

test('concurrency is what several connections are for', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const clients = await Promise.all(Array.from({ length: 30 }, () => archon.connect()));
	const replies = clients.map((client, i) =>
		client.call(['Run', `sh,-c,${gate.wait}; exit ${i}`, `ARCHON_NAME=run-${i}`]),
	);
	for (const _ of clients) {
		// None of them ends before the last has begun.
		await watch.event('process.started');
	}
	expect(await archon.lines('Ping\nRun,true\n')).toEqual(['Ok', 'ExitStatus,0']);
	for (const _ of clients) {
		gate.open();
	}
	expect((await Promise.all(replies)).map(({ final }) => final)).toEqual(
		clients.map((_, code) => ({ tag: 'exit', code })),
	);
});

test('one connection that waits keeps no other one from being answered', async () => {
	const archon = await Archon.start();
	const [watch, gate, other] = [await Watch.begin(archon), new Gate(archon), await archon.connect()];
	const waiting = archon.lines(`Run,"sh,-c,${gate.wait}"\nPing\n`);
	await watch.event('process.started', 'sh');
	for (const request of ['Ping', 'Status', 'Version', 'Events']) {
		expect((await other.call([request])).final).toEqual({ tag: 'ok' });
	}
	gate.open();
	expect(await waiting).toEqual(['ExitStatus,0', 'Ok']);
});

test('a connection that pipelines much leaves the others their turn', async () => {
	const archon = await Archon.start();
	const [much, little] = [await archon.connect(), await archon.connect()];
	await Promise.all([much.call(['Ping']), little.call(['Ping'])]);
	// While the daemon stands still both send, and it finds both when it goes on.
	const daemon = daemonPid(archon);
	await stop(daemon);
	much.send(`${'Ping\n'.repeat(30_000)}Run,true,ARCHON_NAME=much\n`);
	const reply = little.call(['Run', 'true', 'ARCHON_NAME=little']);
	process.kill(daemon, 'SIGCONT');
	expect((await reply).final).toEqual({ tag: 'exit', code: 0 });
	much.end();
	expect((await Array.fromAsync(much.follow())).length).toBe(30_001);
	expect((await happened(archon)).filter((it) => it.startsWith('started'))).toEqual([
		'started little',
		'started much',
	]);
});

test('pipelining is allowed: each of many requests sent at once gets its own reply, in its place', async () => {
	const archon = await Archon.start();
	const records: [string, string][] = Array.from({ length: 20_000 }, (_, i) => {
		if (i % 2000 === 1999) {
			const code = (i - 1999) / 2000;
			return [`Run,"sh,-c,exit ${code}"`, `ExitStatus,${code}`];
		}
		return i % 2 === 0
			? ['Ping', 'Ok']
			: [`N${i}`, `Error,"unknown request ""N${i}""; Help lists those there are"`];
	});
	const replies = await archon.lines(records.map(([record]) => `${record}\n`).join(''));
	expect(replies).toEqual(records.map(([, reply]) => reply));
});

/** What the journal says of processes, as `exited web`. */
async function happened(archon: Archon): Promise<string[]> {
	const { rows } = await (await archon.connect()).call(['Events', 'types=process.*']);
	return rows.map(([, , type = '', name]) => `${type.replace('process.', '')} ${name}`);
}
