import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

/** Bytes 1 to 255, a character each: all that a request may hold. */
const everyByte = String.fromCharCode(...Array.from({ length: 255 }, (_, i) => i + 1));
const tricky = [
	'',
	' ',
	'\\',
	'\\u{41}',
	'\\x{41}',
	'"',
	'""',
	',',
	'\n',
	'\r',
	'\r\n',
	'a\n',
	"'",
	'$HOME',
	'ü',
];

test('arguments may hold any bytes but NUL, and they reach the process byte for byte', async () => {
	const archon = await Archon.start();
	const args = [everyByte, ...tricky.map(latin1), everyByte.repeat(100)];
	const { call, into } = ask(archon, 'cmdline', args, []);
	expect(await call()).toEqual({ tag: 'exit', code: 0 });
	expect(into().slice(-args.length)).toEqual(args);
});

test('the environment may hold any bytes but NUL, and they reach the process byte for byte', async () => {
	const archon = await Archon.start();
	const settings = [everyByte, ...tricky.map(latin1)].map((value, i) => `V${i}=${value}`);
	const odd = everyByte.replace('=', '');
	const { call, into } = ask(archon, 'environ', [], [...settings, `${odd}=1`]);
	expect(await call()).toEqual({ tag: 'exit', code: 0 });
	expect(into()).toEqual(expect.arrayContaining([...settings, `${odd}=1`]));
});

test('a NUL in the arguments or the environment is an Error', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Run,"sh,-c,a\0b"\nRun,ls,A=b\0\n')).toEqual(
		Array(2).fill('Error,the record holds a NUL byte'),
	);
});

test('a reply record is always one line of ASCII', async () => {
	const archon = await Archon.start();
	const said = await archon.say(`${quoted(everyByte)}\n${quoted(latin1('ü\u{1f600}\u2028'))}\n`);
	expect(said).toMatch(/^Error,[ -~]*\nError,[ -~]*\n$/);
});

test.each([
	['\\\\', '\\'],
	['\\\\n', '\\n'],
	['\\u{a}', '\n'],
	['\\u{9}\\u{1b}\\u{7f}', '\t\x1b\x7f'],
	['\\u{fc}', 'ü'],
	['\\u{80}\\u{2028}', '\u0080\u2028'],
	['\\u{1f600}', '\u{1f600}'],
])('in a reply \\ is \\\\, control and other characters are \\u{hex}: %s', async (written, character) => {
	const archon = await Archon.start();
	const [reply] = await archon.lines(`${quoted(latin1(`a${character}b`))}\n`);
	expect(reply).toBe(`Error,"unknown request ""a${written}b""; Help lists those there are"`);
});

test.each([
	['\\x{ff}', '\xff'],
	['\\x{80}', '\x80'],
	['\\x{c3}', '\xc3'],
	['\\x{c0}\\x{af}', '\xc0\xaf'],
	['\\x{ed}\\x{a0}\\x{80}', '\xed\xa0\x80'],
	['\\x{f4}\\x{90}\\x{80}\\x{80}', '\xf4\x90\x80\x80'],
	['\\x{e2}\\x{82}x', '\xe2\x82x'],
])('in a reply bytes that are not UTF-8 are \\x{hex}: %s', async (written, bytes) => {
	const archon = await Archon.start();
	const [reply] = await archon.lines(`${quoted(`a${bytes}b`)}\n`);
	expect(reply).toBe(`Error,"unknown request ""a${written}b""; Help lists those there are"`);
});

test('undoing the escapes of a reply gives the bytes back', async () => {
	const archon = await Archon.start();
	const line =
		everyByte.replace('\n', '') + latin1(`\\u{41}${tricky.join('').replaceAll('\n', '')}\u{1f600}`);
	writeFileSync(`${archon.directory}/bytes`, `${line}\n`, 'latin1');
	await archon.say(`Run,"cat,${archon.directory}/bytes"\n`);
	const rows = (await archon.lines('Logs,cat\n')).filter((reply) => reply.startsWith('Row,'));
	expect(rows.map(lastField).map(undone)).toEqual([line]);
});

/** Has a process write what it was started with, as /proc/PID/cmdline or environ say it, into a file. */
function ask(archon: Archon, what: string, args: readonly string[], settings: readonly string[]) {
	const file = `${archon.directory}/${what}`;
	const words = ['sh', '-c', `cat /proc/$$/${what} > ${file}`, 'sh', ...args];
	const record = ['Run', words.map(quoted).join(','), ...settings].map(quoted).join(',');
	return {
		call: async () => (await (await archon.connect()).call(`${record}\n`)).final,
		into: () => readFileSync(file, 'latin1').slice(0, -1).split('\0'),
	};
}

function latin1(text: string): string {
	return Buffer.from(text).toString('latin1');
}

function quoted(field: string): string {
	return `"${field.replaceAll('"', '""')}"`;
}

/** Of `Row,name,time,stream,line`. */
function lastField(row: string): string {
	const field = row.split(',').slice(4).join(',');
	return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}

/** Undoes the escapes of a reply, in words of the test's own. */
function undone(field: string): string {
	const number = (hex: string | undefined) => Number.parseInt(hex ?? '', 16);
	return field.replaceAll(
		/\\(?:(\\)|u\{([0-9a-f]+)\}|x\{([0-9a-f]+)\})/g,
		(_, backslash?: string, character?: string, byte?: string) =>
			backslash ??
			(byte ? String.fromCharCode(number(byte)) : latin1(String.fromCodePoint(number(character)))),
	);
}
