import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { copies, Pass } from './pass.ts';

const cut = 'Error,the record was cut off by the end of the stream';

test.each([
	['in its name', 'Pi', cut],
	['at its line break', 'Ping', cut],
	['between \\r and \\n', 'Ping\r', cut],
	['inside quotes', 'Run,"sh', `${cut} inside quotes`],
	['behind a closing quote', 'Run,"sh,-c,exit 3"', cut],
	['though it is bad already', 'Run,a"b', cut],
	['at its first byte', '\r', cut],
])('a record cut off by the end of the stream %s costs an Error that says so', async (_, record, error) => {
	const archon = await Archon.start();
	expect(await archon.lines(record)).toEqual([error]);
});

test('a record cut off by the end of the stream is not carried out', async () => {
	const archon = await Archon.start();
	const file = `${archon.directory}/made`;
	expect(await archon.lines(`Ping\nRun,"sh,-c,exit 3"\nRun,"touch,${file}"`)).toEqual([
		'Ok',
		'ExitStatus,3',
		cut,
	]);
	expect(existsSync(file)).toBe(false);
	expect(await archon.lines('Events,names=touch\n')).toEqual(['Columns,seq,time,type,name,fields', 'Ok']);
});

test('a stream that ends behind a line break, or empty, was cut off nowhere', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Ping\n')).toEqual(['Ok']);
	expect(await archon.lines('')).toEqual([]);
});

test('descriptors that came with a record that was cut off are closed', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:${copies(3)}:Run,ls`, 'half']);
	expect(await client.replies()).toEqual([cut]);
	expect(await client.written).toBe('');
});
