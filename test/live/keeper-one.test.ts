import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Lines } from './lines.ts';
import { openIn } from './minder.ts';
import { Stage } from './stage.ts';
import { hasTmpfs, tmpfs } from './tmpfs.ts';
import { until } from './until.ts';

/** The test itself listens where archond is to. */
async function holdingSocket(stage: Stage): Promise<Server> {
	mkdirSync(stage.path('run'));
	const server = createServer((socket) => void socket.destroy());
	onTestFinished(() => void server.close());
	await once(server.listen(stage.socket), 'listening');
	return server;
}

test('a second archond on the same socket says which process answers there and exits with 1', async () => {
	const stage = new Stage();
	const { keeper } = await stage.ready();
	const second = stage.start({ args: ['--state-dir', 'state2'] });
	expect(await second.err.next()).toBe(
		`archond: another daemon (pid ${keeper.pid}) answers on ${stage.socket}`,
	);
	expect(await second.ended).toBe(1);
});

test('a second archond in the same state directory exits with 1', async () => {
	const stage = new Stage();
	await stage.ready();
	const second = stage.start({ args: ['--socket', 'run2/archon.sock'] });
	expect(await second.err.next()).toBe(`archond: another archond uses ${stage.path('state')}`);
	expect(await second.ended).toBe(1);
});

test('a second archond with its socket in the same directory exits with 1', async () => {
	const stage = new Stage();
	await stage.ready();
	const second = stage.start({ args: ['--socket', 'run/second.sock', '--state-dir', 'state2'] });
	expect(await second.err.next()).toBe(`archond: another archond uses ${stage.path('run')}`);
	expect(await second.ended).toBe(1);
});

test('a socket and a ledger that a killed keeper left are replaced', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	const before = (await daemon.head()).nonce;
	keeper.child.kill('SIGKILL');
	await keeper.ended;
	expect(existsSync(stage.socket)).toBe(true);
	const again = await stage.ready();
	expect((await again.daemon.head()).nonce).not.toBe(before);
	stage.client();
	expect(Number(await again.daemon.order('accept'))).toBeGreaterThan(2);
});

test('who has the socket and no locks is waited for: an archond that was killed may leave a daemon for a moment', async () => {
	const stage = new Stage();
	const holder = await holdingSocket(stage);
	const asked = once(holder, 'connection');
	const keeper = stage.start();
	await asked;
	holder.close();
	await stage.both(keeper);
});

test('who has the socket for longer is another daemon', async () => {
	const stage = new Stage();
	await holdingSocket(stage);
	const start = performance.now();
	const keeper = stage.start();
	expect(await keeper.err.next()).toBe(
		`archond: another daemon (pid ${process.pid}) answers on ${stage.socket}`,
	);
	expect(await keeper.ended).toBe(1);
	expect(performance.now() - start).toBeGreaterThanOrEqual(990);
});

test.skipIf(!hasTmpfs)('a lock that what a killed keeper had forked still has is waited for', async () => {
	const stage = new Stage(tmpfs);
	const { keeper, daemon, logger } = await stage.ready();
	keeper.child.kill('SIGKILL');
	await Promise.all([keeper.ended, daemon.gone, logger.gone]);
	const folder = stage.path('run/fifo');
	const holder = spawn('flock', [folder, 'sh', '-c', 'echo held; read end'], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	expect(await new Lines(holder.stdout).next()).toBe('held');
	const next = stage.start();
	await until(() => [...openIn(next.pid).values()].includes(folder));
	holder.stdin.end();
	await stage.both(next);
});

test('daemon and archon-log end with their keeper', async () => {
	const stage = new Stage();
	const { keeper, daemon, logger } = await stage.ready();
	keeper.child.kill('SIGKILL');
	await Promise.all([daemon.gone, logger.gone]);
});

test('a file that is no socket is left alone', async () => {
	const stage = new Stage();
	writeFileSync(stage.path('precious'), 'data');
	const keeper = stage.start({ args: ['--socket', 'precious'] });
	expect(await keeper.err.next()).toBe(`archond: ${stage.path('precious')} is there and no socket`);
	expect(await keeper.ended).toBe(1);
	expect(readFileSync(stage.path('precious'), 'utf8')).toBe('data');
	expect(readdirSync(stage.directory)).not.toContain('ledger');
});
