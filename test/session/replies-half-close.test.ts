import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Gate } from './gate.ts';
import { Pass } from './pass.ts';
import { Watch } from './watch.ts';

test('a client may shut down its writing side: it still gets every reply it is owed', async () => {
	const archon = await Archon.start();
	const [watch, gate] = [await Watch.begin(archon), new Gate(archon)];
	const records = `Run,"sh,-c,${gate.wait}; exit 3"\nPing\nRun,"sh,-c,exit 4"\nNosuch\nVersion\n`;
	const client = new Pass(archon, [`send:${records}`, 'half', 'tell']);
	await watch.event('process.started', 'sh');
	await client.told.next();
	await archon.lines('Ping\n');
	gate.open();
	expect(await client.replies()).toEqual([
		...[
			'ExitStatus,3',
			'Ok',
			'ExitStatus,4',
			'Error,"unknown request ""Nosuch""; Help lists those there are"',
		],
		...['Columns,name,version', 'Row,archon,0.1.0', expect.stringMatching(/^Row,node,/), 'Ok'],
	]);
});

test.each([
	['Wait,web,stopped', 'Stop,web', /^Ok$/],
	['Wait,web,exited', 'Stop,web', /^Error,/],
	['Stop,web', 'Ping', /^Ok$/],
	['StartDaemon,"sleep,61"', 'Ping', /^Ok$/],
	['Run,"sleep,61",ARCHON_NAME=run', 'Signal,run,KILL', /^ExitStatus,137$/],
])('a reply that %s owes comes after the half-close', async (record, other, reply) => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=web\n');
	const client = new Pass(archon, [`send:${record}\nPing\n`, 'half', 'tell']);
	await client.told.next();
	if (record.startsWith('Run')) {
		await watch.event('process.started', 'run');
	}
	await archon.lines('Ping\n');
	await archon.lines(`${other}\n`);
	expect(await client.replies()).toEqual([expect.stringMatching(reply), 'Ok']);
});

test('a half-close before the first record, or behind an empty line, owes nothing and ends the connection', async () => {
	const archon = await Archon.start();
	expect(await new Pass(archon, ['half']).replies()).toEqual([]);
	expect(await new Pass(archon, ['send:\n', 'half']).replies()).toEqual([]);
});

test('more replies than the socket holds come after the half-close', async () => {
	const archon = await Archon.start();
	const replies = await archon.lines('Help\n'.repeat(2000));
	expect(replies.filter((reply) => reply === 'Ok').length).toBe(2000);
});
