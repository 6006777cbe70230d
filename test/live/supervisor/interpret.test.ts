import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/base/duration.ts';
import { native } from '../../../src/native/index.ts';
import { Poller } from '../../../src/native/poller.ts';
import type { State } from '../../../src/process/state.ts';
import { Interpreter } from '../../../src/supervisor/interpret.ts';
import { Tree } from '../../../src/supervisor/tree.ts';
import { Archon } from '../../archon.ts';
import { ask, daemon, pidOf, rows, status } from '../../session/ask.ts';
import { Ear } from '../../session/ear.ts';
import { Gate } from '../../session/gate.ts';
import { Watch } from '../../session/watch.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';
import { canFreeze, freeze } from '../frozen.ts';
import { isAlive } from '../told.ts';
import { supervised } from './parts.ts';

type Record = readonly string[];

/** The time of an event, milliseconds since 1970. */
function timeOf(event: Record): number {
	return Date.parse(event[2] ?? '');
}

/** What stands behind `key=` in an event. */
function field(event: Record, key: string): string {
	return event.find((it) => it.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
}

async function history(archon: Archon, name: string): Promise<string[]> {
	return (await rows(archon, 'Events', `names=${name}`)).map(
		(row) => row['type']?.replace('process.', '') ?? '',
	);
}

test('one that fails is started again after 200 ms, then after twice as long each time, and given up at the fifth end', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'names=web');
	await daemon(archon, 'web', 'exit 3');
	for (const wanted of [200, 400, 800, 1600]) {
		const backoff = await watch.event('process.backoff');
		const delay = parseDuration(field(backoff, 'delay')) ?? 0;
		expect(delay).toBeGreaterThanOrEqual(wanted * 0.9 - 20);
		expect(delay).toBeLessThanOrEqual(wanted * 1.1);
		const starting = await watch.event('process.starting');
		// The timer of the loop and the clock of the events may differ by a millisecond or two.
		expect(timeOf(starting) - timeOf(backoff)).toBeGreaterThanOrEqual(delay - 3);
	}
	const failed = await watch.event('process.failed');
	expect(field(failed, 'reason')).toBe('ended 5 times within 10s (its last end: exit:3)');
	expect(await status(archon, 'web')).toMatchObject({
		state: 'failed',
		pid: '-',
		uptime: '-',
		restarts: '4',
		last: 'exit:3',
		reason: 'ended 5 times within 10s',
	});
	expect(await ask(archon, 'Wait', 'web', 'running', '1ms')).toMatch(
		/^Error,"""web"" is still failed after 1ms/,
	);
	expect(await ask(archon, 'Remove', 'web')).toBe('Ok');
});

test('restarts are counted, and each has a start, a process and an end of its own', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon, 'names=web')];
	await daemon(archon, 'web', `${gate.wait}; kill -9 $$`);
	const starts: string[] = [];
	for (let n = 0; n < 3; n++) {
		const started = await watch.event('process.started');
		starts.push(field(started, 'start'));
		expect(await status(archon, 'web')).toMatchObject({
			state: 'running',
			restarts: String(n),
			pid: field(started, 'pid'),
		});
		gate.open();
		const exited = await watch.event('process.exited');
		expect(exited.slice(5)).toEqual([...started.slice(5), 'signal=KILL']);
	}
	expect(new Set(starts).size).toBe(3);
});

test('ARCHON_RESTART=never: one that fails stays failed, one that ends well is exited', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	await daemon(archon, 'bad', 'exit 3', 'ARCHON_RESTART=never');
	expect(field(await watch.event('process.failed', 'bad'), 'reason')).toBe('ended with exit:3');
	expect(await status(archon, 'bad')).toMatchObject({
		state: 'failed',
		restarts: '0',
		last: 'exit:3',
		reason: 'ended with exit:3',
	});
	await daemon(archon, 'good', 'exit 0', 'ARCHON_RESTART=never');
	expect(await ask(archon, 'Wait', 'good', 'exited')).toBe('Ok');
	expect(await history(archon, 'bad')).toEqual(['starting', 'started', 'ready', 'exited', 'failed']);
	expect(await history(archon, 'good')).toEqual(['starting', 'started', 'ready', 'exited']);
});

test('ARCHON_RESTART=always: one that ends well is started again, too', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'names=web');
	await daemon(archon, 'web', 'exit 0', 'ARCHON_RESTART=always');
	await watch.event('process.backoff');
	await watch.event('process.started');
	await watch.event('process.exited');
	expect(await status(archon, 'web')).toMatchObject({ restarts: '1', last: 'exit:0' });
});

test('ARCHON_RESTART=on-failure: one that ends well is not', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'exit 0', 'ARCHON_RESTART=on-failure');
	expect(await ask(archon, 'Wait', 'web', 'exited')).toBe('Ok');
	expect(await history(archon, 'web')).toEqual(['starting', 'started', 'ready', 'exited']);
});

test('no policy undoes a Stop, be it of one that runs or of one that waits to be started again', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	await daemon(archon, 'runs', 'exec sleep 60', 'ARCHON_RESTART=always');
	await daemon(archon, 'waits', 'exit 1', 'ARCHON_RESTART=always');
	const backoff = await watch.event('process.backoff', 'waits');
	expect(await archon.lines('Stop,waits\nStop,runs\n')).toEqual(['Ok', 'Ok']);
	// Another one that begins to wait for as long later is started: so would this have been.
	await daemon(archon, 'other', 'exit 1');
	await watch.event('process.backoff', 'other');
	const again = await watch.event('process.starting', 'other');
	expect(timeOf(again) - timeOf(backoff)).toBeGreaterThan(180);
	await watch.event('process.backoff', 'other');
	expect(await history(archon, 'waits')).toEqual([
		'starting',
		'started',
		'ready',
		'exited',
		'backoff',
		'stopped',
	]);
	expect(await history(archon, 'runs')).toEqual([
		'starting',
		'started',
		'ready',
		'stopping',
		'exited',
		'stopped',
	]);
});

test('a program that is gone when it is to be started again fails that start, and is tried again', async () => {
	const archon = await Archon.start();
	const [gate, ear, watch] = [new Gate(archon), new Ear(archon), await Watch.begin(archon, 'names=web')];
	const program = `${archon.directory}/program`;
	writeFileSync(program, `#!/bin/sh\necho $$ ${ear.tell}; ${gate.wait}; exit 1\n`, { mode: 0o755 });
	await ask(archon, 'StartDaemon', program, 'ARCHON_NAME=web');
	await ear.hears(); // its shell has read the file
	writeFileSync(program, '#!/nosuch/interpreter\n');
	gate.open();
	await watch.event('process.exited');
	await watch.event('process.backoff');
	await watch.event('process.starting');
	await watch.event('process.backoff');
	expect(await status(archon, 'web')).toMatchObject({
		state: 'backoff',
		last: 'exit:1',
		reason: expect.stringMatching(/^exec: no such file or directory; starts again in /),
	});
	writeFileSync(program, '#!/bin/sh\nexec sleep 60\n');
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ restarts: '2', reason: '' });
});

test.skipIf(!canFreeze)(
	'what not even KILL ends is told as such, until it is gone all the same',
	async () => {
		const archon = await Archon.start();
		const watch = await Watch.begin(archon, 'names=web');
		await daemon(archon, 'web', 'exec sleep 60');
		const pid = await pidOf(archon, 'web');
		const thaw = freeze(pid);
		expect(await ask(archon, 'Stop', 'web', '0s')).toBe(`Error,"""web"" is still there after KILL: ${pid}"`);
		expect(await status(archon, 'web')).toMatchObject({
			state: 'stopping',
			pid: String(pid),
			reason: `still there after KILL: ${pid}`,
		});
		thaw();
		await watch.event('process.stopped');
		expect(isAlive(pid)).toBe(false);
		expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'signal:KILL', reason: '' });
	},
);

test('what is ignored leaves a life the very same', () => {
	const { interpreter } = supervised();
	const entry = entryIn(running, { process: mainOf(1) });
	const { life } = entry;
	expect(interpreter.apply(entry, { tag: 'release' })).toBeUndefined();
	expect(entry.life).toBe(life);
});

test('a mistake amid a step, or in one who hears of it, keeps it from nobody else', () => {
	const { batch, ledger } = supervised();
	const heard: string[] = [];
	const fail = (why: string): never => {
		throw new Error(why);
	};
	const interpreter = new Interpreter({
		...{ native, batch, ledger, poller: new Poller(native) },
		tree: new Tree(native, process.pid, () => false),
		spawn: () => fail('no room'),
		abandon: () => {},
		held: () => undefined,
		standing: () => 'coming',
		hear: () => {},
		changed: (entry) => {
			heard.push(entry.life.state.tag);
			fail('of another');
		},
	});
	const stopped: State = { tag: 'stopped' };
	const [one, other] = [entryIn(stopped), entryIn(running)];
	expect(() =>
		interpreter.together(() => {
			interpreter.changedOf(other);
			interpreter.apply(one, { tag: 'start' });
		}),
	).toThrow();
	expect(heard).toEqual(['running', 'starting']);
});
