import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Gate } from './gate.ts';
import { Pass } from './pass.ts';
import { Watch } from './watch.ts';

const limit = 1_048_576;
const tooLong = 'Error,the record is longer than 1 MiB: the connection is closed';
const taken = expect.stringContaining('is a field too many: Ping');

test('a record is at most 1 MiB: one of that size is carried out', async () => {
	const archon = await Archon.start();
	const room = limit - 'Run,""'.length;
	const script = `sh,-c,test $(wc -c < /proc/$$/cmdline) = ${room + 1},sh`;
	const words = `,${'x'.repeat(100_000)}`.repeat(11); // the kernel takes 128 KiB in one
	const record = `Run,"${(script + words).slice(0, room)}"`;
	expect(record.length).toBe(limit);
	expect(await archon.lines(`${record}\nPing\n`)).toEqual(['ExitStatus,0', 'Ok']);
});

test.each([
	['\\n', '\n'],
	['\\r\\n', '\r\n'],
])('the line break of a record of 1 MiB is not counted: %s', async (_, end) => {
	const archon = await Archon.start();
	for (const record of [`Ping,${'x'.repeat(limit - 5)}`, `Ping,"${'\n'.repeat(limit - 7)}"`]) {
		expect(await archon.lines(`${record}${end}Ping\n`)).toEqual([taken, 'Ok']);
	}
});

test.each([
	['in one field', `Ping,${'x'.repeat(limit - 4)}`],
	['in quotes', `Ping,"${'\n'.repeat(limit - 5)}`],
	['that has not even a comma', 'x'.repeat(limit + 1)],
	['that is bad besides', `a"\0${'x'.repeat(limit - 2)}`],
	['whose last byte but one is a \\r', `Ping,${'x'.repeat(limit - 5)}\rx`],
])('a record of 1 MiB and 1 byte %s costs one Error, then the connection is closed', async (_, record) => {
	const archon = await Archon.start();
	// The client does not shut down its side: that the replies end is the daemon's doing.
	const client = await archon.connect();
	client.send(`Ping\n${record}`);
	expect(await Array.fromAsync(client.follow())).toEqual([['Ok'], tooLong.split(/,(.*)/s).slice(0, 2)]);
});

test('a record of 1 MiB and 1 byte is not carried out, nor is what stands behind it', async () => {
	const archon = await Archon.start();
	const tenth = `send:,${'x'.repeat(104_857)}`;
	const client = new Pass(archon, ['send:Run,"true', ...Array(10).fill(tenth), 'send:"\nRun,true\n', 'half']);
	expect(await client.replies()).toEqual([tooLong]);
	expect(await archon.say('Events,types=process.*\n')).toBe('Columns,seq,time,type,name,fields\nOk\n');
});

test('the Error of a record that is too long is sent in its turn, after the replies owed', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const gate = new Gate(archon);
	const client = await archon.connect();
	client.send(`Ping\nRun,"sh,-c,${gate.wait}; exit 3"\nVersion\n${'x'.repeat(limit + 1)}`);
	await watch.event('process.started');
	gate.open();
	const replies = await Array.fromAsync(client.follow());
	expect(replies.map((reply) => reply.slice(0, 2))).toEqual([
		['Ok'],
		['ExitStatus', '3'],
		['Columns', 'name'],
		['Row', 'archon'],
		['Row', 'node'],
		['Ok'],
		['Error', expect.stringContaining('longer than 1 MiB')],
	]);
});

test('a client still writing gets EPIPE and can read the Error yet', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, ['send:Ping\n', `flood:${'x'.repeat(100_000)}`]);
	expect(await client.told.next()).toBe('EPIPE');
	expect(await client.replies()).toEqual(['Ok', tooLong]);
	expect(await client.told.next()).toBeUndefined();
});

test('every other connection goes on while one is closed for a record that is too long', async () => {
	const archon = await Archon.start();
	const other = await archon.connect();
	const client = new Pass(archon, [`flood:${'x'.repeat(100_000)}`]);
	expect((await other.call(['Ping'])).final).toEqual({ tag: 'ok' });
	expect(await client.replies()).toEqual([tooLong]);
	expect((await other.call(['Ping'])).final).toEqual({ tag: 'ok' });
});
