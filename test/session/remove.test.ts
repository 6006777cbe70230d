import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Remove forgets one that is stopped, exited or failed, and frees its name', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	for (const [program, state] of [
		['true', 'exited'],
		['false', 'failed'],
	] as const) {
		await client.call(['StartDaemon', program, 'ARCHON_NAME=web', 'ARCHON_RESTART=never']);
		await client.call(['Wait', 'web', state]);
		expect((await client.call(['Remove', 'web'])).final).toEqual({ tag: 'ok' });
	}
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	await client.call(['Stop', 'web']);
	expect((await client.call(['Remove', 'web'])).final).toEqual({ tag: 'ok' });
	expect((await client.call(['Status'])).rows).toEqual([]);
});

test('Remove of a running process is an Error that says what to do', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	expect((await client.call(['Remove', 'web'])).final).toEqual({
		tag: 'error',
		reason: '"web" is running: Stop,web first',
	});
});

test('one that gave up is not tried again after Remove', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'false', 'ARCHON_NAME=web', 'ARCHON_RESTART=never']);
	await client.call(['Wait', 'web', 'failed']);
	await client.call(['Remove', 'web']);
	expect((await client.call(['Wait', 'web', 'running'])).final).toMatchObject({
		reason: 'nothing is called "web"; Status lists what there is',
	});
});
