import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

const stray = expect.stringMatching(/^Error,a quote stands inside a field/);
const behind = expect.stringMatching(/^Error,text stands behind a closing quote/);
const nul = expect.stringMatching(/^Error,the record holds a NUL byte/);

test('a field may stand in double quotes', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('"Ping"\n"Run","sh,-c,exit 3","A=b"\n')).toEqual(['Ok', 'ExitStatus,3']);
});

test('a quote inside a quoted field is doubled', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('"a""b"\n""""\n"Run","test,""a """" b"",=,""a """" b"""\n')).toEqual([
		expect.stringContaining('unknown request ""a""b""'),
		expect.stringContaining('unknown request """""'),
		'ExitStatus,0',
	]);
});

test('a quoted field may hold commas and line breaks', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('"Ping,x"\n"Ping\nx"\n"Ping\r\nx"\n"\n"\nPing\n')).toEqual([
		expect.stringContaining('unknown request ""Ping,x""'),
		expect.stringContaining('unknown request ""Ping\\u{a}x""'),
		expect.stringContaining('unknown request ""Ping\\u{d}\\u{a}x""'),
		expect.stringContaining('unknown request ""\\u{a}""'),
		'Ok',
	]);
});

test('the first line break outside quotes ends the record', async () => {
	const archon = await Archon.start();
	const script = 'Run,"sh,-c,""test """"$1"""" = """"a\nPing\nb"""""",sh,""a\nPing\nb"""\n';
	expect(await archon.lines(`${script}Ping\n`)).toEqual(['ExitStatus,0', 'Ok']);
});

test('a quote opens a field only as its first byte: one further on opens none', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Ping, "a\nPing\n')).toEqual([stray, 'Ok']);
});

test.each([
	['a stray quote', 'Run,a"b', stray],
	['a stray quote at the end', 'Run,ab"', stray],
	['a stray quote, then a field in quotes', 'Run,a"b,"c\nd"', stray],
	['text behind a closing quote', 'Run,"a"b', behind],
	['a blank behind a closing quote', 'Run,"a" ,b', behind],
	['a \\r behind a closing quote that ends no record', 'Run,"a"\rb', behind],
	['a NUL', 'Run,a\0b', nul],
	['a NUL in quotes', 'Run,"a\0\nb"', nul],
	['a NUL alone', '\0', nul],
])('%s makes the record bad, and it still ends at its line break', async (_, record, why) => {
	const archon = await Archon.start();
	expect(await archon.lines(`Ping\n${record}\nRun,"sh,-c,exit 3"\n`)).toEqual(['Ok', why, 'ExitStatus,3']);
});

test('a bad record costs an Error and nothing else: the connection and every other one go on', async () => {
	const archon = await Archon.start();
	const [own, other] = [await archon.connect(), await archon.connect()];
	const bad = ['Run,a"b\n', 'Run,"a"b\n', 'a\0b\n', '""\n', 'Nosuch\n', 'Run\n', 'Run,ls,-l\n'];
	for (const record of bad) {
		expect((await own.call(record)).final.tag).toBe('error');
		expect((await other.call(['Ping'])).final.tag).toBe('ok');
		expect((await own.call(['Ping'])).final.tag).toBe('ok');
	}
});

test('empty lines are ignored', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('\n\r\n\nPing\n\n\r\n\r\nPing\n\n')).toEqual(['Ok', 'Ok']);
	expect(await archon.lines('\n'.repeat(200_000))).toEqual([]);
});

test('"" is a record with an empty name, so an Error', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('""\n""\r\n,\nPing\n')).toEqual([
		...Array(3).fill('Error,"unknown request """"; Help lists those there are"'),
		'Ok',
	]);
});
