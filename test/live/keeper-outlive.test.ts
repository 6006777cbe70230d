import {
	chmodSync,
	closeSync,
	openSync,
	readFileSync,
	statSync,
	truncateSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { slotState } from './puppet.ts';
import { type Keeper, Stage } from './stage.ts';
import { hasTmpfs, tmpfs } from './tmpfs.ts';
import { isAlive } from './told.ts';
import { stop, until } from './until.ts';

/** Where the ledger has `batch.piece[0].skip` (native/core/ledger.h). */
const batchSkip = 200;
/** And `handover`. */
const handover = 68;
const testIf = test.skipIf(!hasTmpfs);

/** What a puppet started, and a keeper that was killed left, ends with the test. */
function ended(pid: number): number {
	onTestFinished(() => {
		if (isAlive(pid)) {
			process.kill(pid, 'SIGKILL');
		}
	});
	return pid;
}

async function kill({ child, ended }: Keeper): Promise<void> {
	child.kill('SIGKILL');
	await ended;
}

/** Whether anybody holds the listening socket. */
function answers(socket: string): Promise<boolean> {
	return new Promise((resolve) => {
		const client = connect(socket).once('error', () => resolve(false));
		client.once('connect', () => resolve(true)).once('connect', () => client.destroy());
	});
}

/** Two processes under a keeper that was then killed. */
async function killed(): Promise<{ stage: Stage; pids: number[] }> {
	const stage = new Stage(tmpfs);
	const { keeper, daemon, logger } = await stage.ready();
	const client = stage.client();
	await daemon.take(0);
	const pids = [await daemon.start(0, 0, 'exec sleep 60'), await daemon.start(1, -1, 'exec sleep 60')];
	pids.map(ended);
	await kill(keeper);
	await Promise.all([daemon.gone, logger.gone]);
	client.destroy();
	// Whoever ends gives back one descriptor after the other, and the minder has the socket too.
	await until(async () => !(await answers(stage.socket)));
	return { stage, pids };
}

testIf('a keeper takes over the ledger of one that was killed, with what lives on', async () => {
	const stage = new Stage(tmpfs);
	const first = await stage.ready();
	const before = await first.daemon.head();
	const pid = ended(await first.daemon.start(3, -1, 'exec sleep 60'));
	await kill(first.keeper);
	await first.daemon.gone;
	const { keeper, daemon, logger } = await stage.ready();
	expect(await daemon.head()).toMatchObject({
		...{ keepers: 2, outlived: 1, generation: 2, nonce: before.nonce, start: 1 },
		...{ keeper: keeper.pid, daemon: daemon.pid, logger: logger.pid },
	});
	expect(await daemon.slot(3)).toMatchObject({ pid, state: slotState.intent });
	expect(isAlive(pid)).toBe(true);
});

testIf(
	'the ledger that is taken over says what the new keeper hands over, not what the old one did',
	async () => {
		const { stage } = await killed();
		const path = stage.path('run/ledger');
		const bytes = readFileSync(path);
		const version = bytes.readUInt32LE(handover);
		bytes.writeUInt32LE(version - 1, handover);
		writeFileSync(path, bytes);
		await stage.ready();
		expect(readFileSync(path).readUInt32LE(handover)).toBe(version);
	},
);

testIf('the end of a process with a number from before is its own', async () => {
	const { stage } = await killed();
	const { daemon } = await stage.ready();
	// The number that slot 1 has from before is given to another, as far as the keeper can see.
	const pid = await daemon.start(2, -1, 'exec sleep 60');
	await daemon.order(`number 1 ${pid}`);
	process.kill(pid, 'SIGKILL');
	await daemon.woken();
	expect((await daemon.slot(2)).state).toBe(slotState.exited);
	expect((await daemon.slot(1)).state).toBe(slotState.intent);
});

testIf('nobody is owed a reply any more whose connection went with the keeper', async () => {
	const { stage } = await killed();
	const { daemon } = await stage.ready();
	expect(await daemon.slot(0)).toMatchObject({ conn: -1, state: slotState.intent });
});

testIf(
	'a ledger of another boot, version or size, or that others may write, is not taken over',
	{ timeout: 60_000 },
	async () => {
		const spoil: readonly ((path: string) => void)[] = [
			(path) => {
				const bytes = readFileSync(path);
				bytes.write('another', bytes.indexOf(readFileSync('/proc/sys/kernel/random/boot_id')));
				writeFileSync(path, bytes);
			},
			(path) => {
				const bytes = readFileSync(path);
				bytes.writeUInt32LE(bytes.readUInt32LE(4) + 1, 4);
				writeFileSync(path, bytes);
			},
			(path) => truncateSync(path, statSync(path).size - 1),
			(path) => chmodSync(path, 0o620),
			(path) => void readFileSync(path),
		];
		for (const [i, act] of spoil.entries()) {
			const { stage } = await killed();
			act(stage.path('run/ledger'));
			const keeper = stage.start();
			const { daemon } = await stage.both(keeper);
			if (i === 1 || i === 2) {
				const path = stage.path('run/ledger');
				const said = `archond: ${path} is another version's: what that one left running is not known here`;
				expect(await keeper.err.next()).toBe(said);
			}
			expect((await daemon.head()).keepers).toBe(i < spoil.length - 1 ? 1 : 2);
		}
	},
);

testIf('an archond may begin at once: it waits for the daemon and archon-log of the one before', async () => {
	const stage = new Stage(tmpfs);
	const { keeper, daemon, logger } = await stage.ready();
	await logger.order('deaf');
	keeper.child.kill('SIGKILL');
	const start = performance.now();
	const next = stage.start();
	// The one that hangs is killed in the end.
	expect(await next.err.next()).toBe(
		'archond: the archon-log of the archond before does not end: killing it, and what processes that have ended had written last may be lost',
	);
	await logger.gone;
	expect(performance.now() - start).toBeGreaterThanOrEqual(4900);
	await daemon.gone;
	await stage.daemon();
	expect(next.child.exitCode).toBeNull();
	await until(() => !isAlive(logger.pid));
});

testIf('one that is stopped goes on, and ends by itself', async () => {
	const stage = new Stage(tmpfs);
	const { keeper, logger } = await stage.ready();
	await stop(keeper.pid); // it would do so itself
	await stop(logger.pid);
	await kill(keeper);
	const next = stage.start();
	await logger.gone;
	await stage.daemon();
	next.child.kill('SIGKILL');
	expect(await next.err.next()).toBeUndefined();
});

testIf('an archon-log that still writes what it has is waited for longer', { timeout: 30_000 }, async () => {
	const stage = new Stage(tmpfs);
	const { keeper, logger } = await stage.ready();
	const ledger = openSync(stage.path('run/ledger'), 'r+');
	await logger.order('deaf');
	await kill(keeper);
	const next = stage.start();
	for (let second = 1; second <= 8; second++) {
		writeSync(ledger, Buffer.from([second]), 0, 1, batchSkip);
		await setTimeout(1000);
	}
	closeSync(ledger);
	expect(isAlive(logger.pid)).toBe(true);
	logger.exit(0);
	await logger.gone;
	await stage.daemon();
	next.child.kill('SIGKILL');
	expect(await next.err.next()).toBeUndefined();
});

testIf('one whose keeper lives is not touched', async () => {
	const stage = new Stage(tmpfs);
	const { keeper, daemon } = await stage.ready();
	const other = stage.start();
	expect(await other.err.next()).toBe(
		`archond: another daemon (pid ${keeper.pid}) answers on ${stage.socket}`,
	);
	expect(await other.ended).toBe(1);
	expect(await daemon.hello()).toBe('Ready');
	expect(await answers(stage.socket)).toBe(true);
});

testIf('an archond that comes to nothing leaves what it took over to the next', async () => {
	const { stage, pids } = await killed();
	const failing = stage.start();
	const { daemon: doomed } = await stage.both(failing);
	doomed.exit(7);
	expect(await failing.ended).toBe(7);
	const { daemon } = await stage.ready();
	expect(await daemon.head()).toMatchObject({ keepers: 3, outlived: 2 });
	expect((await daemon.slot(1)).pid).toBe(pids[1]);
});

testIf('a daemon that is killed before it was ready is followed by another, for what lives on', async () => {
	const { stage, pids } = await killed();
	const keeper = stage.start();
	const { daemon: doomed } = await stage.both(keeper);
	process.kill(doomed.pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe('archond: the daemon was ended by signal KILL: starting it again');
	const daemon = await stage.daemon();
	expect(await daemon.hello()).toBe('Ready');
	expect((await daemon.slot(1)).pid).toBe(pids[1]);
});
