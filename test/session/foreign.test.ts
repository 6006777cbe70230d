import { copyFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, daemon, names, rows, status } from './ask.ts';
import { exiting, monitor, Stranger, sleeper, tells } from './foreign.ts';
import { Watch } from './watch.ts';

/** A process with a child of its own, whose pid it prints. */
async function withChild(script = 'exec sleep 60'): Promise<{ parent: Stranger; child: number }> {
	const parent = new Stranger('sh', '-c', `sleep 60 & echo $!; ${script}`);
	const child = Number(await parent.said.next());
	onTestFinished(() => void process.kill(child, 'SIGKILL'));
	return { parent, child };
}

/** One that has ended and is told as such. */
async function ended(archon: Archon, name: string, code = 0): Promise<void> {
	const stranger = exiting(code);
	await monitor(archon, [stranger.pidfd], name);
	stranger.tell();
	await ask(archon, 'Wait', name, 'exited', '5s');
}

test('a foreign process is named by its comm', async () => {
	const archon = await Archon.start();
	const program = `${archon.directory}/-odd näme of it`;
	copyFileSync('/bin/sleep', program);
	await monitor(archon, [sleeper().pidfd]);
	await monitor(archon, [sleeper().pidfd]);
	await monitor(archon, [new Stranger(program, '60').pidfd]);
	// The kernel keeps 15 bytes of it: "-odd näme of i".
	expect(await names(archon)).toEqual(['odd_n_me_of_i', 'sleep', 'sleep-2']);
});

test('a foreign process is named in the request', async () => {
	const archon = await Archon.start();
	expect(await monitor(archon, [sleeper().pidfd], 'mine')).toBe('Ok');
	expect(await names(archon)).toEqual(['mine']);
	expect(await monitor(archon, [sleeper().pidfd], 'mine')).toMatch(/^Error,"the name ""mine"" is taken/);
	expect(await monitor(archon, [sleeper().pidfd], '-x')).toMatch(/^Error,"name: ""-x"" is not a name/);
	expect(await monitor(archon, [sleeper().pidfd], '')).toMatch(/^Error,/);
});

test('Stop reaches it alone, not its tree, and after a Stop it is stopped', async () => {
	const archon = await Archon.start();
	const { parent, child } = await withChild();
	await monitor(archon, [parent.pidfd], 'x');
	expect(await ask(archon, 'Stop', 'x')).toBe('Ok');
	await parent.gone();
	expect(process.kill(child, 0)).toBe(true);
	expect(await status(archon, 'x')).toMatchObject({
		state: 'stopped',
		pid: '-',
		last: tells ? 'signal:TERM' : 'unknown',
	});
	const events = await rows(archon, 'Events', 'names=x');
	expect(events.map((row) => row['type'])).toEqual([
		'process.monitored',
		'process.stopping',
		'process.exited',
		'process.stopped',
	]);
});

test('a Stop kills it, and it alone, after the timeout', async () => {
	const archon = await Archon.start();
	const { parent, child } = await withChild('trap "" TERM; echo ready; while :; do wait; sleep 60; done');
	expect(await parent.said.next()).toBe('ready');
	await monitor(archon, [parent.pidfd], 'x');
	expect(await ask(archon, 'Stop', 'x', '50ms')).toBe('Ok');
	expect(process.kill(child, 0)).toBe(true);
	expect(await status(archon, 'x')).toMatchObject({
		state: 'stopped',
		last: tells ? 'signal:KILL' : 'unknown',
	});
});

test('Signal reaches it alone, not its tree', async () => {
	const archon = await Archon.start();
	const { parent, child } = await withChild();
	await monitor(archon, [parent.pidfd], 'x');
	expect(await ask(archon, 'Signal', 'x', 'HUP')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'x', 'exited', '5s')).toBe('Ok');
	expect(process.kill(child, 0)).toBe(true);
});

test('Start and Restart are an Error', async () => {
	const archon = await Archon.start();
	const { pid, pidfd } = sleeper();
	await monitor(archon, [pidfd], 'x');
	expect(await ask(archon, 'Start', 'x')).toMatch(/^Error,/);
	expect(await ask(archon, 'Restart', 'x')).toMatch(/^Error,/);
	expect(await status(archon, 'x')).toMatchObject({ state: 'running', pid: String(pid) });
});

test('when it has ended it stays exited with its last until Remove', async () => {
	const archon = await Archon.start();
	await ended(archon, 'x', 3);
	expect(await status(archon, 'x')).toMatchObject({
		kind: 'foreign',
		state: 'exited',
		last: tells ? 'exit:3' : 'unknown',
	});
	expect(await ask(archon, 'Remove', 'x')).toBe('Ok');
	expect(await names(archon)).toEqual([]);
});

test('Remove of one that has not ended is an Error', async () => {
	const archon = await Archon.start();
	await monitor(archon, [sleeper().pidfd], 'x');
	expect(await ask(archon, 'Remove', 'x')).toMatch(/^Error,/);
	expect(await names(archon)).toEqual(['x']);
});

test('when it has ended it stays until its name is wanted again', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'types=process.started');
	await ended(archon, 'a');
	expect(await daemon(archon, 'a', 'exec sleep 60')).toBe('Ok');
	await ended(archon, 'b');
	expect(await monitor(archon, [sleeper().pidfd], 'b')).toBe('Ok');
	await ended(archon, 'sleep');
	void ask(archon, 'Run', 'sleep,60');
	await watch.event('process.started', 'sleep');
	expect(
		(await rows(archon, 'Status')).map((row) => `${row['name']} ${row['kind']} ${row['state']}`),
	).toEqual(['a daemon running', 'b foreign running', 'sleep run running']);
});

test('one that runs is not forgotten, and nobody is told to end it for that', async () => {
	const archon = await Archon.start();
	await monitor(archon, [sleeper().pidfd], 'x');
	expect(await ask(archon, 'Remove', 'x')).toBe(
		'Error,"""x"" is running: it is watched until it ends; Stop,x ends it"',
	);
	expect(await status(archon, 'x')).toMatchObject({ state: 'running' });
});

test('one that was stopped has ended, too: its name may be wanted again', async () => {
	const archon = await Archon.start();
	await monitor(archon, [sleeper().pidfd], 'x');
	expect(await ask(archon, 'Stop', 'x')).toBe('Ok');
	expect(await monitor(archon, [sleeper().pidfd], 'x')).toBe('Ok');
	expect(await status(archon, 'x')).toMatchObject({ state: 'running' });
});

test('the 100 latest that ended stay', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'types=process.exited');
	const [first, other] = [exiting(0), exiting(0)];
	await monitor(archon, [first.pidfd], 'first');
	other.tell();
	await other.gone();
	for (let i = 0; i < 100; i++) {
		await monitor(archon, [other.pidfd], `x${i}`);
		await watch.event('process.exited', `x${i}`);
	}
	expect(await names(archon)).toHaveLength(101);
	first.tell();
	await watch.event('process.exited', 'first');
	const left = await names(archon);
	expect(left).toHaveLength(100);
	expect(left).toEqual(expect.arrayContaining(['first', 'x1', 'x99']));
});

test('a glob does not mean a foreign process where something is changed', async () => {
	const archon = await Archon.start();
	await monitor(archon, [sleeper().pidfd], 'x');
	expect(await ask(archon, 'Stop', '*')).toMatch(/^Error,/);
	expect(await status(archon, 'x')).toMatchObject({ state: 'running' });
});

test('Shutdown leaves it alone', async () => {
	const archon = await Archon.start();
	const { pid, pidfd } = sleeper();
	await monitor(archon, [pidfd], 'x');
	expect(await ask(archon, 'Shutdown')).toBe('Ok');
	expect(await archon.end()).toBe(0);
	expect(process.kill(pid, 0)).toBe(true);
});
