import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Status shows each process by name, with kind, state, pid, uptime, restarts, last and reason', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=web']);
	await client.call(['StartDaemon', 'sleep,1000', 'ARCHON_NAME=db']);
	await client.call(['Stop', 'db']);
	const reply = await client.call(['Status']);
	expect(reply.columns).toEqual(['name', 'kind', 'state', 'pid', 'uptime', 'restarts', 'last', 'reason']);
	expect(reply.rows[0]).toEqual(['db', 'daemon', 'stopped', '-', '-', '0', 'signal:TERM', '']);
	expect(reply.rows[1]).toEqual([
		'web',
		'daemon',
		'running',
		expect.stringMatching(/^\d+$/),
		'0',
		'0',
		'-',
		'',
	]);
});

test('Status of a glob that nothing matches is no row, of a name that nothing has an Error', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Status,nothing*\nStatus,nothing\n')).toEqual([
		'Columns,name,kind,state,pid,uptime,restarts,last,reason',
		'Ok',
		'Error,"nothing is called ""nothing""; Status lists what there is"',
	]);
});

test('a glob is *, ?, [a-z] or [!a-z]', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	for (const name of ['web-1', 'web-2', 'wob', 'db']) {
		await client.call(['StartDaemon', 'sleep,1000', `ARCHON_NAME=${name}`]);
	}
	const names = async (glob: string) => (await client.call(['Status', glob])).rows.map((row) => row[0]);
	expect(await names('web-*')).toEqual(['web-1', 'web-2']);
	expect(await names('w?b')).toEqual(['wob']);
	expect(await names('web-[2-9]')).toEqual(['web-2']);
	expect(await names('[!w]*')).toEqual(['db']);
});

test('a daemon that waits to be started again says how it ended and when it will be', async () => {
	const archon = await Archon.start();
	const client = await archon.connect();
	const events = await archon.connect();
	await events.call(['Subscribe', 'types=process.backoff']);
	await client.call(['StartDaemon', 'sh,-c,exit 3', 'ARCHON_NAME=web']);
	for await (const _ of events.follow()) {
		break;
	}
	const [row] = (await client.call(['Status'])).rows;
	expect(row?.slice(0, 3)).toEqual(['web', 'daemon', 'backoff']);
	expect(row?.[6]).toBe('exit:3');
	expect(row?.[7]).toMatch(/^ended with exit:3; starts again in \d+ms$/);
});
