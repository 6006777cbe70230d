import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, rows } from './ask.ts';

test('Why says in sentences why something is in its state and what would change that', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=web');
	expect((await rows(archon, 'Why', 'web'))[0]?.['sentence']).toMatch(/^web has been running for \d+ms\.$/);
	await ask(archon, 'Stop', 'web');
	expect(await rows(archon, 'Why', 'web')).toEqual([
		{ name: 'web', sentence: 'web was stopped by request (its last end: signal:TERM).' },
		{ name: 'web', sentence: 'archonctl start web starts it; it stays as it is until then.' },
	]);
});

test('Why of a name that nothing has is an Error', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'Why', 'web')).toBe(
		'Error,"nothing is called ""web""; Status lists what there is"',
	);
});
