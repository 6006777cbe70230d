import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

const stubborn = 'sh,-c,"trap """" TERM; echo up; while :; do sleep 1000 & wait; done"';

test('Stop replies when the process is gone, and it is stopped', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	expect((await client.call(['Stop', 'web'])).final).toEqual({ tag: 'ok' });
	expect((await client.call(['Status', 'web'])).rows[0]?.slice(2, 4)).toEqual(['stopped', '-']);
});

test('Stop of what is stopped already is Ok', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	await client.call(['Stop', 'web']);
	expect((await client.call(['Stop', 'web'])).final).toEqual({ tag: 'ok' });
});

test('a timeout of 0s is KILL at once', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', stubborn, 'ARCHON_NAME=web']);
	expect((await client.call(['Stop', 'web', '0s'])).final).toEqual({ tag: 'ok' });
	expect((await client.call(['Status', 'web'])).rows[0]?.[6]).toBe('signal:KILL');
});

test('what was killed with all it had started can be started again', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', stubborn, 'ARCHON_NAME=web']);
	for (const request of ['Start', 'Restart', 'Start']) {
		await client.call(['Stop', 'web', '0s']);
		expect((await client.call([request, 'web'])).final).toEqual({ tag: 'ok' });
	}
	await client.call(['Stop', 'web', '0s']);
});

test('a process that does not heed TERM is killed after the timeout', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	// It ignores TERM from its first instruction on: env sets that before it executes it.
	await client.call(['StartDaemon', 'env,--ignore-signal=TERM,sleep,1000', 'ARCHON_NAME=web']);
	const ready = (await archon.connect()) && (await client.call(['Wait', 'web', 'running']));
	expect(ready.final).toEqual({ tag: 'ok' });
	const started = performance.now();
	expect((await client.call(['Stop', 'web', '300ms'])).final).toEqual({ tag: 'ok' });
	const last = (await client.call(['Status', 'web'])).rows[0]?.[6];
	expect(['signal:KILL', 'signal:TERM']).toContain(last);
	if (last === 'signal:KILL') {
		expect(performance.now() - started).toBeGreaterThanOrEqual(299);
	}
});

test('a stop is told as stopping, exited, stopped', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	await client.call(['Stop', 'web']);
	const { rows } = await client.call(['Events', 'names=web']);
	expect(rows.map((row) => row[2])).toEqual([
		'process.starting',
		'process.started',
		'process.ready',
		'process.stopping',
		'process.exited',
		'process.stopped',
	]);
	expect(rows[4]?.[4]).toMatch(/^pid=\d+,start=\d+,signal=TERM$/);
});

test('a glob means daemons only, a run needs its name', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const runner = await archon.connect();
	const events = await archon.connect();
	await events.call(['Subscribe', 'types=process.started']);
	const ended = runner.call(['Run', 'sleep,1000', 'ARCHON_NAME=job']);
	for await (const _ of events.follow()) {
		break;
	}
	expect((await client.call(['Stop', '*'])).final).toMatchObject({
		reason: expect.stringContaining('no daemon matches'),
	});
	expect((await client.call(['Stop', 'job'])).final).toEqual({ tag: 'ok' });
	expect((await ended).final).toEqual({ tag: 'exit', code: 143 });
	expect((await client.call(['Status'])).rows).toEqual([]);
});

test('all matches are tried, and the Error lists what failed', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=a']);
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=b']);
	await client.call(['Stop', 'a']);
	expect((await client.call(['Signal', '*', 'HUP'])).final).toEqual({
		tag: 'error',
		reason: '"a" is stopped: it has no process to signal',
	});
	expect((await client.call(['Wait', 'b', 'backoff'])).final).toEqual({ tag: 'ok' });
});

test('a daemon that waits to be started again is stopped and stays so', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'false', 'ARCHON_NAME=web']);
	await client.call(['Wait', 'web', 'backoff']);
	expect((await client.call(['Stop', 'web'])).final).toEqual({ tag: 'ok' });
	expect((await client.call(['Wait', 'web', 'running', '600ms'])).final.tag).toBe('error');
	expect((await client.call(['Status', 'web'])).rows[0]?.[2]).toBe('stopped');
});

test('a duration that is none is an Error', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Stop,web,5\nStop\nStop,web,5s,x\n')).toEqual([
		'Error,"timeout: ""5"" is not a duration; write 200ms, 5s, 2m or 1h"',
		'Error,"name is missing: Stop,<name>[,<timeout>]"',
		'Error,"""x"" is a field too many: Stop,<name>[,<timeout>]"',
	]);
});
