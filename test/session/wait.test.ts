import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Wait replies when the process is in that state', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const other = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	const waited = other.call(['Wait', 'web', 'stopped']);
	await client.call(['Stop', 'web']);
	expect((await waited).final).toEqual({ tag: 'ok' });
});

test('Wait is an Error when it no longer can be', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'true', 'ARCHON_NAME=web']);
	expect((await client.call(['Wait', 'web', 'failed'])).final).toEqual({
		tag: 'error',
		reason: '"web" is exited: it will not become failed by itself',
	});
});

test('Wait is an Error when it is not so in time', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	expect((await client.call(['Wait', 'web', 'stopped', '1ms'])).final).toEqual({
		tag: 'error',
		reason: '"web" is still running after 1ms',
	});
});

test('Wait knows the nine states and no other', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Wait,web,up\n')).toEqual([
		'Error,"state: ""up"" is not one of waiting, starting, running, stopping, stopped, exited, backoff, failed, paused"',
	]);
});

test('a Run can be waited for', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const runner = await archon.connect();
	const events = await archon.connect();
	await events.call(['Subscribe', 'types=process.started']);
	const ended = runner.call(['Run', 'sleep,1000', 'ARCHON_NAME=job']);
	for await (const _ of events.follow()) {
		break;
	}
	const waited = client.call(['Wait', 'job', 'failed']);
	const other = await archon.connect();
	await other.call(['Signal', 'job', 'KILL']);
	expect((await waited).final).toEqual({ tag: 'ok' });
	expect((await ended).final).toEqual({ tag: 'exit', code: 137 });
});
