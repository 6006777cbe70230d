import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, daemon, pidOf, status } from './ask.ts';
import { exiting, monitor } from './foreign.ts';
import { Since } from './happened.ts';
import { Watch } from './watch.ts';

async function shop(...names: string[]): Promise<Archon> {
	const archon = await Archon.start();
	for (const name of names) {
		expect(await daemon(archon, name, 'exec sleep 60')).toBe('Ok');
	}
	return archon;
}

test('an edge acts from the next end on, and Undepend takes it back', async () => {
	const archon = await shop('db', 'web');
	expect(await ask(archon, 'Depend', 'web', 'db')).toBe('Ok');
	const web = await pidOf(archon, 'web');
	const watch = await Watch.begin(archon, 'names=web');
	await ask(archon, 'Signal', 'db', 'KILL');
	await watch.event('process.ready');
	const next = await pidOf(archon, 'web');
	expect(next).not.toBe(web);
	expect(await ask(archon, 'Undepend', 'web', 'db')).toBe('Ok');
	expect(await ask(archon, 'Stop', 'db')).toBe('Ok');
	expect(await pidOf(archon, 'web')).toBe(next);
	expect(await ask(archon, 'Undepend', 'web', 'db')).toBe(
		'Error,"""web"" does not need ""db"": there is nothing to take back"',
	);
});

test('taking back the edge that one waits for lets it go on', async () => {
	const archon = await shop('db', 'web');
	await ask(archon, 'Depend', 'web', 'db');
	await ask(archon, 'Stop', 'db');
	expect(await status(archon, 'web')).toMatchObject({ state: 'waiting' });
	await ask(archon, 'Undepend', 'web', 'db');
	expect(await ask(archon, 'Wait', 'web', 'running', '10s')).toBe('Ok');
});

test('a cycle is refused with its path, and changes nothing', async () => {
	const archon = await shop('a', 'b', 'c');
	await ask(archon, 'Depend', 'b', 'a');
	await ask(archon, 'Depend', 'c', 'b', 'after');
	expect(await ask(archon, 'Depend', 'a', 'c', 'wants')).toBe(
		'Error,a cannot depend on c: a \\u{2192} c \\u{2192} b \\u{2192} a is a cycle',
	);
	expect(await ask(archon, 'Depend', 'a', 'a')).toBe('Error,a cannot depend on a: a \\u{2192} a is a cycle');
	expect(await ask(archon, 'Depend', 'c', 'a')).toBe('Ok');
});

test('names that are not there and kinds that are none are refused', async () => {
	const archon = await shop('web');
	expect(await ask(archon, 'Depend', 'web', 'db')).toMatch(/^Error,"nothing is called ""db""/);
	expect(await ask(archon, 'Depend', 'db', 'web')).toMatch(/^Error,"nothing is called ""db""/);
	expect(await ask(archon, 'Depend', 'web', 'web', 'needs')).toMatch(/is not one of requires, wants, after/);
	expect(await ask(archon, 'Depend', 'web')).toMatch(/^Error,"?on is missing/);
});

test('a daemon may depend on a process that archon did not start, which itself may not', async () => {
	const archon = await shop('web');
	const other = exiting(3);
	expect(await monitor(archon, [other.pidfd], 'sshd')).toBe('Ok');
	expect(await ask(archon, 'Depend', 'web', 'sshd')).toBe('Ok');
	expect(await ask(archon, 'Depend', 'sshd', 'web')).toMatch(/^Error,"""sshd"" cannot depend on anything/);
	const since = new Since(archon);
	await since.next();
	other.tell();
	expect(await ask(archon, 'Wait', 'web', 'waiting', '10s')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({
		reason: expect.stringMatching(/^waits for sshd, which is exited/),
	});
	const next = exiting(0);
	expect(await monitor(archon, [next.pidfd], 'sshd')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'web', 'running', '10s')).toBe('Ok');
	expect(await since.next()).toEqual([
		'exited sshd',
		'stopping web',
		'exited web',
		'monitored sshd',
		'starting web',
		'started web',
		'ready web',
	]);
});

test('edges outlive Remove and a new daemon of that name', async () => {
	const archon = await shop('db', 'web');
	await ask(archon, 'Depend', 'web', 'db');
	await ask(archon, 'Stop', 'db');
	await ask(archon, 'Remove', 'db');
	expect(await status(archon, 'web')).toMatchObject({
		state: 'waiting',
		reason: 'waits for db, which is not there',
	});
	await daemon(archon, 'db', 'exec sleep 60');
	expect(await ask(archon, 'Wait', 'web', 'running', '10s')).toBe('Ok');
});
