import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../../archon.ts';
import { ask, daemon, names, pidOf, rows, status } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Pass } from '../../session/pass.ts';
import { Watch } from '../../session/watch.ts';
import { entryIn } from '../../supervisor/entries.ts';
import { crash, daemonPid } from '../crash.ts';
import { isAlive } from '../told.ts';
import { until } from '../until.ts';
import { supervised } from './parts.ts';

function descriptors(archon: Archon): number {
	return readdirSync(`/proc/${daemonPid(archon)}/fd`).length;
}

/** The start numbers in the journal, in the order of the events. */
async function starts(archon: Archon): Promise<number[]> {
	const events = await rows(archon, 'Events', 'types=process.started');
	return events.map((row) => Number(/start=(\d+)/.exec(row['fields'] ?? '')?.[1]));
}

test('no start number is given twice, whatever is started again: process, daemon or archond', async () => {
	const directory = temporary();
	let archon = await Archon.start(directory);
	const watch = await Watch.begin(archon, 'types=process.exited');
	await daemon(archon, 'web', 'exit 1');
	await archon.lines('Run,true\nRun,true\n');
	for (let n = 0; n < 4; n++) {
		await watch.event('process.exited');
	}
	await crash(archon);
	await archon.lines('Run,true\nRun,true\n');
	await archon.end();
	archon = await Archon.start(directory);
	await archon.lines('Run,true\nRun,true\n');
	const numbers = await starts(archon);
	expect(numbers.length).toBeGreaterThanOrEqual(8);
	expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
});

test('the process in Status is the one that runs, with its parent the keeper', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exec sleep 60');
	const pid = await pidOf(archon, 'web');
	expect(await ask(archon, 'Run', `sh,-c,"[ $(ps -o ppid= -p ${pid}) = ${archon.keeper.pid} ]"`)).toBe(
		'ExitStatus,0',
	);
});

test('100 daemons started at once all run, each as a process of its own, and all end at once', async () => {
	const archon = await Archon.start();
	const clients = Array.from({ length: 100 }, (_, n) => daemon(archon, `d${n}`, 'exec sleep 60'));
	expect(await Promise.all(clients)).toEqual(Array(100).fill('Ok'));
	const all = await rows(archon, 'Status');
	const pids = all.map((row) => Number(row['pid']));
	expect([new Set(pids).size, all.every((row) => row['state'] === 'running'), pids.every(isAlive)]).toEqual([
		100,
		true,
		true,
	]);
	expect(await ask(archon, 'Stop', '*')).toBe('Ok');
	expect(pids.some(isAlive)).toBe(false);
});

test('nothing is kept of starts that are over: those that ran, those whose exec or a step before it failed', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const requests = [
		['Run', 'true'],
		['Run', 'nosuch'],
		['StartDaemon', 'nosuch'],
		['Run', 'echo,hi', 'ARCHON_NAME=hi'],
		['Run', 'true', 'ARCHON_NAME=.bad'],
	];
	const steps = ['Run,true', 'Run,nosuch'].map((run) => `pass:3,3,3:${run}\n`);
	const startAll = async () => {
		for (let n = 0; n < 10; n++) {
			await Promise.all(requests.map((request) => client.call(request)));
			// The fourth is no directory to start in.
			const pass = new Pass(archon, [...steps, 'pass:3,3,3,3:Run,true\n', 'half']);
			await pass.replies();
			await pass.written;
		}
	};
	await startAll();
	// By then the daemon has opened whatever it keeps open.
	await client.call(['Rules']);
	const before = descriptors(archon);
	await startAll();
	// Pipes that were written into are given back when archon-log is done with them; a few wait for the next of their name.
	await until(() => descriptors(archon) <= before + 8);
	expect(await names(archon)).toEqual([]);
});

test('a pair of pipes is made for a process without descriptors of its own, and for no other', async () => {
	const archon = await Archon.start();
	const pipes = () => readdirSync(`${archon.directory}/fifo`).sort();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
	const pass = new Pass(archon, [`pass:3,3,3:Run,"sh,-c,${gate.wait}",ARCHON_NAME=own\n`, 'half']);
	await watch.event('process.started', 'own');
	expect(pipes()).toEqual([]);
	gate.open();
	await pass.replies();
	await daemon(archon, 'web', 'exec sleep 60');
	expect(pipes()).toEqual(['0.d.web.err', '0.d.web.out']);
});

test('a start that fails at once says which step it was, and takes nothing', async () => {
	const parts = supervised();
	const entry = entryIn({ tag: 'starting', first: true, spawned: false, since: 0 });
	parts.table.add(entry);
	const claim = { kind: 'daemon', conn: -1, log: -1, name: 'x' } as const;
	const slots: number[] = [];
	for (let place = parts.ledger.claim(claim); place !== undefined; place = parts.ledger.claim(claim)) {
		slots.push(place.slot);
	}
	expect(slots).toHaveLength(16_384);
	parts.starts.spawn(entry);
	for (const slot of slots) {
		parts.ledger.release(slot);
	}
	expect(entry.life.state).toEqual({
		tag: 'failed',
		why: { tag: 'not-started', step: 'slot', text: 'all 16384 places for processes are taken' },
	});
	expect([entry.process, parts.starts.ownerOf(0), parts.sent]).toEqual([undefined, undefined, ['Store,l0']]);
	// The pipes made for it serve the next of its name.
	expect(existsSync(`${parts.directory}/fifo/0.d.web.out`)).toBe(true);
	expect(parts.output.take('daemon', 'web')).toMatchObject({ log: 0 });
});

test('one that is not known any more cannot be started', () => {
	const parts = supervised();
	const entry = entryIn({ tag: 'starting', first: false, spawned: false, since: 0 }, { launch: undefined });
	parts.starts.spawn(entry);
	expect(entry.life.state.tag).toBe('backoff');
	expect(entry.remark).toBe('start: what to start is not known any more');
	clearTimeout(entry.timer);
});

test('a Run is told as started when its exec succeeded, else as failed with the step', async () => {
	const archon = await Archon.start();
	await archon.lines('Run,true\nRun,nosuch\n');
	const events = await rows(archon, 'Events', 'types=process.*');
	expect(events.map((row) => `${row['type']} ${row['name']}`)).toEqual([
		'process.started true',
		'process.exited true',
		'process.failed nosuch',
	]);
	expect(events[2]?.['fields']).toMatch(/exec: no such file or directory/);
	expect(await status(archon, 'true')).toEqual({});
});
