import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { fullFifo } from './full-fifo.ts';
import { Lines } from './lines.ts';
import { slotState } from './puppet.ts';
import { Stage } from './stage.ts';
import { stop, until, zombie } from './until.ts';

test('a daemon that ended is started again with a new channel and the same ledger', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const before = await daemon.head();
	daemon.exit(3);
	expect(await keeper.err.next()).toBe('archond: the daemon ended with code 3: starting it again');
	const next = await stage.daemon();
	expect(await next.hello()).toBe('Ready');
	const { daemon: pid, ...head } = await next.head();
	expect(pid).not.toBe(before['daemon']);
	expect({ ...head, daemon: before['daemon'] }).toEqual({ ...before, generation: 2 });
});

test('the first time at once, then after pauses that double from 100 ms', async () => {
	// On a busy machine a process takes its time to begin, but not each time.
	const first = await Promise.all(Array.from({ length: 5 }, () => pauses(1)));
	expect(Math.min(...first.flat())).toBeLessThan(100);
	for (const [i, pause] of (await pauses(5)).slice(1).entries()) {
		expect(pause).toBeGreaterThanOrEqual(100 * 2 ** i - 1);
	}
});

test('a daemon that was killed is named with its signal', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	process.kill(daemon.pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe('archond: the daemon was ended by signal KILL: starting it again');
	await (await stage.daemon()).hello();
});

test('a Run outlives its daemon: its client gets the ExitStatus and the end of the stream', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	await daemon.take(0);
	const fifo = stage.path('gate');
	execFileSync('mkfifo', [fifo]);
	await daemon.start(0, 0, `read line < ${fifo}; exit 12`);
	process.kill(daemon.pid, 'SIGKILL');
	const next = await stage.daemon();
	await next.hello();
	await writeFile(fifo, '\n');
	expect(await text(client)).toBe('ExitStatus,12\n');
	await next.woken();
	expect((await next.slot(0)).state).toBe(slotState.replied);
});

test('what a client had sent behind its Run does not cost it the reply', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	await daemon.take(0);
	client.write('Ping\n'.repeat(1000));
	const fifo = stage.path('gate');
	execFileSync('mkfifo', [fifo]);
	await daemon.start(0, 0, `read line < ${fifo}; exit 12`);
	process.kill(daemon.pid, 'SIGKILL');
	await stage.daemon();
	await writeFile(fifo, '\n');
	expect(await text(client)).toBe('ExitStatus,12\n');
});

test('what a daemon stored last is there though it ended without reading a word', async () => {
	const stage = new Stage();
	const keeper = stage.start();
	const daemon = await stage.daemon();
	await daemon.send('Hello');
	await keeper.out.next(); // Ready is in the daemon's channel, and stays there
	const lines = new Lines(stage.client());
	const fd = Number(await daemon.order('accept'));
	const fifo = stage.path('gate');
	execFileSync('mkfifo', [fifo]);
	await stop(keeper.pid);
	await zombie(await daemon.start(1, -1, 'true')); // its signal is there before the record
	await daemon.send('Store,c0', fd);
	await daemon.start(0, 0, `read line < ${fifo}; exit 13`);
	daemon.exit(1);
	await daemon.gone;
	keeper.child.kill('SIGCONT');
	await stage.daemon();
	await writeFile(fifo, '\n');
	expect(await lines.next()).toBe('ExitStatus,13');
});

test('connections without a Run end with their daemon', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const idle = stage.client();
	await daemon.take(0);
	const neverStarted = stage.client();
	await daemon.take(1);
	await daemon.order(`put 1 ${slotState.intent} 0 1`);
	const failed = stage.client();
	await daemon.take(2);
	await daemon.start(2, 2, '', 3);
	await daemon.woken();
	const told = stage.client();
	await daemon.take(3);
	await daemon.start(3, 3, 'true');
	await daemon.woken();
	process.kill(daemon.pid, 'SIGKILL');
	const ends = await Promise.all([idle, neverStarted, failed, told].map((client) => text(client)));
	expect(ends).toEqual(['', '', '', 'ExitStatus,0\n']);
});

test('the same goes for a client that does not read until the next daemon is there', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	const filled = Number(await daemon.order(`fill ${await daemon.take(0)}`));
	await daemon.start(0, 0, 'exit 9');
	await daemon.woken();
	process.kill(daemon.pid, 'SIGKILL');
	await (await stage.daemon()).hello();
	expect(await text(client)).toBe(`${'x'.repeat(filled)}ExitStatus,9\n`);
});

test('clients that connect while there is no daemon wait for the next one', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	process.kill(daemon.pid, 'SIGKILL');
	const lines = new Lines(stage.client());
	const next = await stage.daemon();
	await next.hello();
	await next.take(0);
	await next.start(0, 0, 'exit 1');
	expect(await lines.next()).toBe('ExitStatus,1');
});

test('log descriptors are kept over the end of a daemon, and dropped when told', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const fifos = ['out', 'err'].map((name) => stage.path(name));
	execFileSync('mkfifo', fifos);
	const fds: number[] = [];
	for (const fifo of fifos) {
		fds.push(Number(await daemon.order(`open ${fifo}`)));
	}
	await daemon.send('Store,l16383', ...fds);
	process.kill(daemon.pid, 'SIGKILL');
	const next = await stage.daemon();
	await next.hello();
	for (const fifo of fifos) {
		reach(fifo);
	}
	await next.send('Drop,l16383');
	await next.send('Hello');
	expect(await next.order('receive')).toBe('Ready'); // so the Drop was handled
	for (const fifo of fifos) {
		expect(() => reach(fifo)).toThrow('ENXIO');
	}
	expect(keeper.child.exitCode).toBeNull();
});

test('archon-log is started again, and its pid is in the ledger', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	process.kill(logger.pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe('archond: archon-log was ended by signal KILL: starting it again');
	const next = await stage.logger();
	expect(next.pid).not.toBe(logger.pid);
	await until(async () => (await daemon.head()).logger === next.pid);
});

test('what the keeper does not know is ignored with a line', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	for (const word of ['Nonsense', 'Store,c16384', 'Store,x1', 'Store,c', 'Drop,c1x', 'Store,l1', '']) {
		if (word !== '') {
			await daemon.send(word, 1);
			expect(await keeper.err.next()).toBe(`archond: ignored from the daemon: "${word}" with 1 descriptors`);
		}
	}
	await daemon.send('x'.repeat(40_000));
	expect(await keeper.err.next()).toBe('archond: ignored from the daemon: "" with 0 descriptors');
	expect(await daemon.hello()).toBe('Ready');
});

test('a Store without its descriptor still closes the connection that had the key', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	const client = stage.client();
	await daemon.order(`close ${await daemon.take(0)}`);
	await daemon.send('Store,c0');
	expect(await text(client)).toBe('');
});

test('a daemon that closes its channel is ended and started again', async () => {
	const stage = new Stage();
	const { daemon } = await stage.ready();
	daemon.order('close 3').catch(() => {}); // it may be ended before it can answer
	await daemon.gone;
	expect(await (await stage.daemon()).hello()).toBe('Ready');
});

test('the keeper does not wait for whoever reads its messages', async () => {
	const stage = new Stage();
	stage.start({ stderr: fullFifo(stage.path('full')) });
	const daemon = await stage.daemon();
	await daemon.hello();
	process.kill(daemon.pid, 'SIGKILL');
	expect(await (await stage.daemon()).hello()).toBe('Ready');
});

/** Throws ENXIO when nobody has the FIFO open for reading. */
function reach(fifo: string): void {
	closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
}

test('one that has put something into a log is followed at once, however often', async () => {
	const stage = new Stage();
	let { daemon, logger } = await stage.ready();
	let pause = 0;
	for (let i = 0; i < 8; i++) {
		await daemon.order(`logged ${logger.pid}`);
		const end = performance.now();
		process.kill(logger.pid, 'SIGKILL');
		logger = await stage.logger();
		pause = performance.now() - end;
	}
	// The eighth pause of one that has not: 5 s.
	expect(pause).toBeLessThan(4500);
});

/** How long it takes until there is another daemon, for each of so many that end one after the other; milliseconds. */
async function pauses(count: number): Promise<number[]> {
	const stage = new Stage();
	let { daemon } = await stage.ready();
	const found: number[] = [];
	while (found.length < count) {
		const end = performance.now();
		daemon.exit(1);
		daemon = await stage.daemon();
		found.push(performance.now() - end);
	}
	return found;
}
