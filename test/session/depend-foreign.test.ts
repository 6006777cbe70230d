import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, daemon, pidOf, status } from './ask.ts';
import { exiting, sleeper } from './foreign.ts';
import { Watch } from './watch.ts';

/** A daemon `web` that requires `db`, a process of that pid that archon did not start. */
async function behind(pid: number): Promise<Archon> {
	const archon = await Archon.start();
	expect(await daemon(archon, 'web', 'exec sleep 60')).toBe('Ok');
	expect(await ask(archon, 'MonitorPid', String(pid), 'db')).toBe('Ok');
	expect(await ask(archon, 'Depend', 'web', 'db')).toBe('Ok');
	return archon;
}

test('what requires a foreign process goes with it and returns with the next of that name', async () => {
	const first = exiting(0);
	const archon = await behind(first.pid);
	const watch = await Watch.begin(archon, 'names=web');
	first.tell();
	await watch.event('process.stopping');
	await watch.event('process.exited');
	expect(await ask(archon, 'Wait', 'web', 'waiting', '5s')).toBe('Ok');
	expect((await status(archon, 'web'))['reason']).toBe('waits for db, which is exited');
	const second = sleeper();
	expect(await ask(archon, 'MonitorPid', String(second.pid), 'db')).toBe('Ok');
	await watch.event('process.ready');
	expect(await status(archon, 'web')).toMatchObject({ state: 'running' });
});

test('until Undepend, and what waits by then goes on', async () => {
	const archon = await behind(sleeper().pid);
	const web = await pidOf(archon, 'web');
	expect(await ask(archon, 'Stop', 'db')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ state: 'waiting' });
	expect(await ask(archon, 'Undepend', 'web', 'db')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	expect(await pidOf(archon, 'web')).not.toBe(web);
});

test('a foreign process itself depends on nothing', async () => {
	const archon = await behind(sleeper().pid);
	expect(await ask(archon, 'Depend', 'db', 'web')).toMatch(/^Error,.*foreign process/);
});
