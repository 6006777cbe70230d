import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Pass } from './pass.ts';

test('a connection to the stream socket carries records, each one CSV line ended by \\n', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Ping\nRun,"sh,-c,exit 3"\nPing\n')).toEqual(['Ok', 'ExitStatus,3', 'Ok']);
});

test('a record may arrive in any number of pieces, several in one', async () => {
	const archon = await Archon.start();
	const pieces = ['P', 'i', 'ng', '\n', 'Run,"sh', ',-c,exit 3', '"', '\nPing\nPi', 'ng\n'];
	const client = new Pass(archon, [...pieces.map((piece) => `send:${piece}`), 'half']);
	expect(await client.replies()).toEqual(['Ok', 'ExitStatus,3', 'Ok', 'Ok']);
});

test('\\r\\n is accepted as the end of a record', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Ping\r\n"Ping"\r\nRun,"sh,-c,exit 3"\r\nPing\n')).toEqual([
		'Ok',
		'Ok',
		'ExitStatus,3',
		'Ok',
	]);
});

test('\\r\\n is accepted when it arrives in two pieces', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, ['send:Ping\n', 'line', 'send:Ping\r', 'send:\n', 'half']);
	expect(await client.replies()).toEqual(['Ok', 'Ok']);
});

test('a \\r elsewhere is data', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('\rPing\nPi\rng\nPing\r\r\n"Ping\r"\n')).toEqual([
		unknown('\\u{d}Ping'),
		unknown('Pi\\u{d}ng'),
		unknown('Ping\\u{d}'),
		unknown('Ping\\u{d}'),
	]);
});

test('a \\r in an argument is data and reaches the process', async () => {
	const archon = await Archon.start();
	const compare = (argument: string) => `Run,"test,${argument},=,""\ra\rb\r"""\n`;
	expect(await archon.lines(compare('\ra\rb\r') + compare('ab'))).toEqual(['ExitStatus,0', 'ExitStatus,1']);
});

test('blanks are data', async () => {
	const archon = await Archon.start();
	expect(await archon.lines(' Ping\nPing \n\tPing\nRun,"test, a ,=,"" a """\nRun,"test, a ,=,a"\n')).toEqual([
		unknown(' Ping'),
		unknown('Ping '),
		unknown('\\u{9}Ping'),
		'ExitStatus,0',
		'ExitStatus,1',
	]);
});

function unknown(name: string): string {
	return `Error,"unknown request ""${name}""; did you mean Ping?"`;
}
