import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, daemon, pidOf, rows } from './ask.ts';

test('Tree shows archon, and below it each process with its name, its state and what is below that', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'sleep 61 & wait');
	await ask(archon, 'StartDaemon', 'sleep,62', 'ARCHON_NAME=db');
	const pid = await pidOf(archon, 'web');
	await until(async () => (await rows(archon, 'Tree')).some((row) => row['command'] === 'sleep 61'));
	const tree = await rows(archon, 'Tree');
	const keeper = String(archon.keeper.pid);
	expect(tree[0]).toMatchObject({ depth: '0', pid: keeper, ppid: String(process.pid), name: '-' });
	expect(tree[0]?.['command']).toMatch(/archond /);
	const at = tree.findIndex((row) => row['pid'] === String(pid));
	expect(tree[at]).toEqual({
		depth: '1',
		pid: String(pid),
		ppid: keeper,
		name: 'web',
		state: 'running',
		command: 'sh -c sleep 61 & wait',
	});
	expect(tree[at + 1]).toMatchObject({ depth: '2', ppid: String(pid), name: 'web', command: 'sleep 61' });
	const own = tree.filter((row) => row['name'] === '-').map((row) => row['command'] ?? '');
	expect(own.some((command) => command.includes('daemon.cjs'))).toBe(true);
	expect(own.some((command) => command.includes('archon-log'))).toBe(true);
	expect(tree.filter((row) => row['name'] === 'db')).toHaveLength(1);
});
