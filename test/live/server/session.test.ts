import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { Archon, temporary } from '../../archon.ts';
import { ask, daemon, names } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Watch } from '../../session/watch.ts';

const faulty = fileURLToPath(new URL('../../programs/faulty.ts', import.meta.url));
const mistake = 'Error,archon made a mistake: on purpose';

/** A daemon that knows requests whose handlers make mistakes. */
function faultyArchon(): Promise<Archon> {
	return Archon.start(temporary(), { ARCHON_DAEMON: faulty });
}

test('a client that pipelines 10000 requests and one that does Runs both get all their replies, in order', async () => {
	const archon = await Archon.start();
	const count = 10_000;
	const wanted = Array.from({ length: count }, (_, n) => (n % 2 === 0 ? 'Ping\n' : `No${n}\n`)).join('');
	const runs = 40;
	const [pings, ends] = await Promise.all([
		archon.lines(wanted),
		archon.lines(Array.from({ length: runs }, (_, n) => `Run,"sh,-c,exit ${n}"\n`).join('')),
	]);
	expect(ends).toEqual(Array.from({ length: runs }, (_, n) => `ExitStatus,${n}`));
	expect(pings).toHaveLength(count);
	const wrong = pings.filter((reply, n) => (n % 2 === 0 ? reply !== 'Ok' : !reply.includes(`""No${n}""`)));
	expect(wrong).toEqual([]);
});

test('requests behind a Run wait for its ExitStatus, whatever their number, and those of others do not', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
	const replies = archon.lines(`Ping\nRun,"sh,-c,${gate.wait}; exit 3"\n${'Ping\n'.repeat(2000)}`);
	await watch.event('process.started', 'sh');
	expect(await ask(archon, 'Ping')).toBe('Ok');
	gate.open();
	expect(await replies).toEqual(['Ok', 'ExitStatus,3', ...Array(2000).fill('Ok')]);
});

test('one connection does Run after Run, each answered before the next begins', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const calls = Array.from({ length: 30 }, (_, n) =>
		client.call(['Run', `sh,-c,exit ${n}`, 'ARCHON_NAME=job']),
	);
	const codes = (await Promise.all(calls)).map(({ final }) => (final.tag === 'exit' ? final.code : final));
	expect(codes).toEqual(Array.from({ length: 30 }, (_, n) => n));
	expect(await names(archon)).toEqual([]);
});

test('the reply to what was pipelined behind a Stop tells of what the Stop did', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60');
	const replies = await archon.lines('Stop,web\nStatus,web\nRemove,web\nStatus\n');
	expect(replies[2]).toMatch(/^Row,web,daemon,stopped,-,-,0,signal:TERM,$/);
	expect(replies.slice(3)).toEqual(['Ok', 'Ok', expect.stringMatching(/^Columns/), 'Ok']);
});

test('a reply of many rows and one of many bytes come whole, and others are served meanwhile', async () => {
	const archon = await Archon.start();
	await archon.lines(`${'Run,true\n'.repeat(300)}`);
	const script = "head -c 300000 /dev/zero | tr '\\0' x; echo; exit 0";
	expect(await ask(archon, 'Run', `sh,-c,"${script}"`, 'ARCHON_NAME=long')).toBe('ExitStatus,0');
	const [events, logs, ping] = await Promise.all([
		archon.lines('Events\n'.repeat(10)),
		archon.lines('Logs,long\nPing\n'),
		ask(archon, 'Ping'),
	]);
	expect(events.filter((line) => line === 'Ok')).toHaveLength(10);
	expect(new Set(events.filter((line) => line.startsWith('Row,'))).size).toBe(events.length / 10 - 2);
	expect(logs.filter((line) => line.startsWith('Row,')).map((line) => line.length)).toHaveLength(5);
	expect([logs.at(-1), ping]).toEqual(['Ok', 'Ok']);
});

describe('a fault in a handler is one Error, and everything goes on', () => {
	it('when it throws', async () => {
		const archon = await faultyArchon();
		expect(await archon.lines('Ping\nFaultNow\nPing\n')).toEqual(['Ok', mistake, 'Ok']);
	});

	it('when its promise is rejected', async () => {
		const archon = await faultyArchon();
		expect(await archon.lines('Ping\nFaultLater\nPing\n')).toEqual(['Ok', mistake, 'Ok']);
	});

	it('when its rows break off', async () => {
		const archon = await faultyArchon();
		const rows = ['Columns,n', 'Row,0', 'Row,1', 'Row,2'];
		expect(await archon.lines('FaultRow\nPing\n')).toEqual([...rows, mistake, 'Ok']);
	});

	it('when its rows break off after others had their turn', async () => {
		const archon = await faultyArchon();
		const said = await archon.lines('FaultLateRow\nPing\n');
		expect([said.length, ...said.slice(-3)]).toEqual([2503, 'Row,2499', mistake, 'Ok']);
	});

	it('when what it wants the keeper to answer cannot be begun', async () => {
		const archon = await faultyArchon();
		expect(await archon.lines('FaultBegin\nPing\nRun,true\n')).toEqual([mistake, 'Ok', 'ExitStatus,0']);
	});

	it('when what is to be followed cannot be begun: then the connection ends', async () => {
		const archon = await faultyArchon();
		const client = await archon.connect();
		expect((await client.call(['FaultFollow'])).final).toEqual({ tag: 'ok' });
		expect(await client.follow().next()).toEqual({ done: true, value: undefined });
	});

	it('for the one who asked alone, and it is told on standard error', async () => {
		const archon = await faultyArchon();
		await daemon(archon, 'web', 'exec sleep 60');
		const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
		const run = ask(archon, 'Run', `sh,-c,${gate.wait}`);
		await watch.event('process.started', 'sh');
		for (const request of [
			'FaultNow',
			'FaultLater',
			'FaultRow',
			'FaultLateRow',
			'FaultBegin',
			'FaultFollow',
		]) {
			await archon.lines(`${request}\n`);
		}
		gate.open();
		expect(await run).toBe('ExitStatus,0');
		expect((await watch.event('process.exited', 'sh')).at(-1)).toBe('exit=0');
		expect(await names(archon)).toEqual(['web']);
		expect(archon.said.match(/archond: Error: on purpose/g)).toHaveLength(6);
	});
});
