import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Stage } from './stage.ts';

test('a second archond on the same socket says that another daemon answers and exits with 1', async () => {
	const stage = new Stage();
	await stage.ready();
	const second = stage.start({ args: ['--state-dir', 'state2'] });
	expect(await second.err.next()).toBe(`archond: another daemon answers on ${stage.socket}`);
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
