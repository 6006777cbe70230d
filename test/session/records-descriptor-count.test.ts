import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { copies, Pass } from './pass.ts';

const tooMany = expect.stringMatching(/^Error,more descriptors came along than can be taken/);
const came = (count: number) =>
	expect.stringMatching(`^Error,".* takes .* descriptors?, ${count} came along"$`);

test.each([0, 3])('a Run takes %i descriptors', async (count) => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(count)}:Run,true\n`, 'send:Ping\n', 'half']);
	expect(await client.replies()).toEqual(['ExitStatus,0', 'Ok']);
	expect(await client.written).toBe('');
});

test.each([1, 2, 5, 15, 16])(
	'a Run with another number, %i, is an Error, and they are closed',
	async (count) => {
		const archon = await Archon.start();
		const client = new Pass(archon, [`pass:${copies(count)}:Run,true\n`, 'send:Ping\n', 'half']);
		expect(await client.replies()).toEqual([came(count), 'Ok']);
		expect(await client.written).toBe('');
	},
);

test.each([17, 18, 253])('more than 16 descriptors, %i, get an Error and are closed', async (count) => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(count)}:Run,true\n`, 'send:Ping\n', 'half']);
	expect(await client.replies()).toEqual([tooMany, 'Ok']);
	expect(await client.written).toBe('');
});

test('more than 16 in several pieces of one record get an Error, once', async () => {
	const archon = await Archon.start();
	const pieces = [...'Run,true\n'].map((piece) => `pass:${copies(9)}:${piece}`);
	const client = new Pass(archon, [...pieces, 'send:Ping\n', 'half']);
	expect(await client.replies()).toEqual([tooMany, 'Ok']);
	expect(await client.written).toBe('');
});

test('more than 16 are closed at once, not when their record ends', async () => {
	const archon = await Archon.start();
	const pieces = [...'Run'].map((piece) => `pass:${copies(16)}:${piece}`);
	const client = new Pass(archon, [...pieces, 'drop', 'wait', 'send:,true\nPing\n', 'half']);
	expect(await client.written).toBe('');
	client.goOn();
	expect(await client.replies()).toEqual([tooMany, 'Ok']);
});

test.each([
	['Ping', came(3)],
	['StartDaemon,true', came(3)],
	['Subscribe', came(3)],
	['MonitorFD', came(3)],
	['Nosuch', 'Error,"unknown request ""Nosuch""; Help lists those there are"'],
	['Run,a"b', expect.stringContaining('Error,a quote stands inside')],
	['Run,ls,-l', expect.stringContaining('is not key=value')],
	['Run,true,ARCHON_NAME=', expect.stringContaining('Error,"ARCHON_NAME')],
	['', 'Error,descriptors came with an empty line'],
])('descriptors with %j get an Error and are closed; the connection goes on', async (record, error) => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(3)}:${record}\n`, 'send:Ping\n', 'drop', 'wait', 'half']);
	expect(await client.written).toBe('');
	client.goOn();
	expect(await client.replies()).toEqual([error, 'Ok']);
});

test('descriptors with a record that is too long are closed', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(3)}:Run`, `flood:,${'x'.repeat(100_000)}`]);
	expect(await client.replies()).toEqual(['Error,the record is longer than 1 MiB: the connection is closed']);
	expect(await client.written).toBe('');
});

test('descriptors of a client that goes in the middle of a record are closed', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(3)}:Run,true`, 'gone']);
	await client.ended();
	expect(await client.written).toBe('');
});
