import { expect, test } from 'vitest';
import { requests } from '../../src/requests/index.ts';
import { Archon } from '../archon.ts';

test('Help lists every request with its synopsis and what it does', async () => {
	const archon = await Archon.start();
	const lines = await archon.lines('Help\n');
	expect(lines[0]).toBe('Columns,request,synopsis,what');
	expect(lines.at(-1)).toBe('Ok');
	expect(lines.slice(1, -1).map((line) => line.split(',')[1])).toEqual(requests.map((it) => it.name));
	expect(lines.find((line) => line.startsWith('Row,Stop,'))).toMatch(
		/^Row,Stop,"Stop,<name>\[,<timeout>\]","[A-Z].*\."$/,
	);
});

test('Help of one request shows that one, of an unknown one is an Error', async () => {
	const archon = await Archon.start();
	const lines = await archon.lines('Help,Ping\nHelp,Pong\n');
	expect(lines).toEqual([
		'Columns,request,synopsis,what',
		'Row,Ping,Ping,"Answer, to say that the daemon is there."',
		'Ok',
		'Error,"there is no request ""Pong""; Help alone lists those there are"',
	]);
});
