import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('a signal is named HUP, SIGHUP or 1', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	for (const signal of ['USR1', 'SIGUSR1', '10']) {
		await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web', 'ARCHON_RESTART=never']);
		expect((await client.call(['Signal', 'web', signal])).final).toEqual({ tag: 'ok' });
		await client.call(['Wait', 'web', 'failed']);
		expect((await client.call(['Status', 'web'])).rows[0]?.[6]).toBe('signal:USR1');
		await client.call(['Remove', 'web']);
	}
});

test('lower case and 0 are refused', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Signal,web,hup\nSignal,web,0\nSignal,web,65\n')).toEqual([
		'Error,"signal: ""hup"" is not a signal; write HUP, SIGHUP or 1"',
		'Error,"signal: ""0"" is not a signal; write HUP, SIGHUP or 1"',
		'Error,"signal: ""65"" is not a signal; write HUP, SIGHUP or 1"',
	]);
});

test('a signal reaches the main process alone', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call([
		'StartDaemon',
		'sh,-c,"sleep 1000 & trap ""kill -0 $! && exit 7"" USR1; echo ready; while :; do wait; done"',
		'ARCHON_NAME=web',
		'ARCHON_RESTART=never',
	]);
	await ready(archon);
	await client.call(['Signal', 'web', 'USR1']);
	await client.call(['Wait', 'web', 'failed']);
	expect((await client.call(['Status', 'web'])).rows[0]?.[6]).toBe('exit:7');
});

/** Waits until the daemon has written its first line. */
async function ready(archon: Archon): Promise<void> {
	const client = await archon.connect();
	for (;;) {
		const { rows } = await client.call(['Logs', 'web']);
		if (rows.length > 0) {
			return;
		}
	}
}
