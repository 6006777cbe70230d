import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Gate } from './gate.ts';
import { copies, Pass } from './pass.ts';
import { Watch } from './watch.ts';

test('a client that vanishes does not harm what it started: a Run goes on, and its end is still an event', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const client = new Pass(archon, [`send:Run,"sh,-c,${gate.wait}; exit 5"\n`, 'gone']);
	const started = await watch.event('process.started', 'sh');
	await client.ended();
	// It is still there when the daemon has seen that the client is not.
	const [, , row] = await archon.lines('Ping\nStatus,sh\n');
	expect(row).toMatch(/^Row,sh,run,running,\d+,/);
	gate.open();
	const exited = await watch.event('process.exited', 'sh');
	expect(exited.at(-1)).toBe('exit=5');
	expect(pidOf(exited)).toBe(pidOf(started));
	expect(await archon.lines('Status\n')).toEqual([expect.stringMatching(/^Columns/), 'Ok']);
});

test('a client that vanishes with replies unread and half a record sent harms nothing, either', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const records = `Ping\nVersion\nRun,"sh,-c,${gate.wait}; exit 6"\nRun,"tou`;
	const client = new Pass(archon, [`send:${records}`, 'gone']);
	await watch.event('process.started', 'sh');
	await client.ended();
	await archon.lines('Ping\n');
	gate.open();
	expect((await watch.event('process.exited', 'sh')).at(-1)).toBe('exit=6');
});

test('a Run whose client vanished keeps the descriptors that came with it', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const client = new Pass(archon, [`pass:${copies(3)}:Run,"sh,-c,${gate.wait}; echo still here"\n`, 'gone']);
	await watch.event('process.started', 'sh');
	await client.ended();
	gate.open();
	expect(await client.written).toBe('still here\n');
});

test('a daemon whose client vanished goes on', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const client = new Pass(archon, ['send:StartDaemon,"sleep,60"\n', 'gone']);
	await client.ended();
	await watch.event('process.ready', 'sleep');
	expect((await archon.lines('Ping\nStatus\n'))[2]).toMatch(/^Row,sleep,daemon,running,\d+,/);
});

test('a Stop whose client vanished is carried out', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	await archon.lines('StartDaemon,"sleep,60"\n');
	const client = new Pass(archon, ['send:Stop,sleep\n', 'gone']);
	await client.ended();
	await watch.event('process.stopped', 'sleep');
});

function pidOf(event: readonly string[]): string | undefined {
	return event.find((field) => field.startsWith('pid='));
}
