import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, output, written } from './ask.ts';

const bars = 'printf,%s|';

test('<args> is one field that itself holds a CSV record: the argument vector', async () => {
	const archon = await Archon.start();
	expect(await archon.lines(`Run,"${bars},a,b c,",ARCHON_NAME=x\n`)).toEqual(['ExitStatus,0']);
	expect(await written(archon, 'x')).toEqual(['a|b c||']);
});

test('Run,"ls,-l" runs ls with -l', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Run,"ls,-l",ARCHON_NAME=long\n')).toEqual(['ExitStatus,0']);
	expect((await written(archon, 'long'))[0]).toMatch(/^total \d+$/);
});

test('Run,ls runs ls', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Run,ls,ARCHON_NAME=plain\n')).toEqual(['ExitStatus,0']);
	expect(await written(archon, 'plain')).toContain('proc');
});

test('an argument with a comma is quoted inside', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Run,"sh,-c,""echo a, b""",ARCHON_NAME=x\n')).toEqual(['ExitStatus,0']);
	expect(await written(archon, 'x')).toEqual(['a, b']);
});

test('an argument with a quote and a line break is quoted inside', async () => {
	const archon = await Archon.start();
	expect(await archon.lines(`Run,"${bars},""a """"b""""\nc""",ARCHON_NAME=x\n`)).toEqual(['ExitStatus,0']);
	expect(await written(archon, 'x')).toEqual(['a "b"', 'c|']);
});

test('the record in <args> is read again as a record is: what breaks its quoting is an Error', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'Run', 'ls,a"b')).toMatch(/^Error,/);
	expect(await ask(archon, 'Run', 'ls,"a')).toMatch(/^Error,/);
	expect(await ask(archon, 'StartDaemon', 'ls,"a"b')).toMatch(/^Error,/);
});

test('no shell and no variables are involved', async () => {
	const archon = await Archon.start();
	const args = ['printf', '%s|', '$HOME', '~', '*', '`id`', '$(id)', '; id', '> x', "'q'", '%n', '\\', '#'];
	const said = await output(archon, args);
	expect(said).toEqual([`${args.slice(2).join('|')}|`]);
});

test('every further field is one environment setting key=value', async () => {
	const archon = await Archon.start();
	const said = await output(
		archon,
		['env'],
		'COLOUR=blue',
		'b=a, "c"',
		'with blank=x y ',
		'PATH=/usr/bin:/bin',
	);
	expect(said).toEqual(
		expect.arrayContaining(['COLOUR=blue', 'b=a, "c"', 'with blank=x y ', 'PATH=/usr/bin:/bin']),
	);
});

test('the value may be empty', async () => {
	const archon = await Archon.start();
	expect(await output(archon, ['env'], 'EMPTY=')).toContain('EMPTY=');
});

test('the value may hold =', async () => {
	const archon = await Archon.start();
	expect(await output(archon, ['env'], 'OPTS=a=b==c=')).toContain('OPTS=a=b==c=');
});

test('an empty key is an Error', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'Run', 'ls', '=x')).toBe('Error,"""=x"" has no key in front of its ="');
	expect(await ask(archon, 'StartDaemon', 'ls', '=')).toMatch(/^Error,/);
	expect(await ask(archon, 'Status')).toBe('Ok');
});

test('of equal keys the last wins', async () => {
	const archon = await Archon.start();
	const said = await output(archon, ['env'], 'A=1', 'B=2', 'A=3', 'HOME=/x', 'HOME=/y');
	expect(said.filter((line) => /^(A|B|HOME)=/.test(line)).sort()).toEqual(['A=3', 'B=2', 'HOME=/y']);
});

test('of equal settings that act on archon the last wins', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'StartDaemon', '"sleep","60"', 'ARCHON_NAME=first', 'ARCHON_NAME=second')).toBe(
		'Ok',
	);
	expect(await ask(archon, 'Status', 'second')).toBe('Ok');
	expect(await ask(archon, 'Status', 'first')).toMatch(/^Error,/);
});

test('a field with no = gets Error, and where the mistake looks like unquoted arguments the reason shows the right form', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Run,ls,-l\n')).toEqual([
		'Error,"""-l"" is not key=value; to pass arguments write Run,""ls,-l"""',
	]);
	expect(await archon.lines('StartDaemon,sleep,60,A=b\n')).toEqual([
		'Error,"""60"" is not key=value; to pass arguments write StartDaemon,""sleep,60"",A=b"',
	]);
});

test('the right form that is shown is a request that does what was meant', async () => {
	const archon = await Archon.start();
	const [refused = ''] = await archon.lines('Run,sh,-c,"exit ""$0""",7\n');
	const shown = refused
		.slice(0, -1)
		.replaceAll('""', '"')
		.replace(/^.* write /, '');
	expect(await archon.lines(`${shown}\n`)).toEqual(['ExitStatus,7']);
});

test('a field with no = that does not look like an argument gets Error without a form', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Run,ls,\n')).toEqual(['Error,""""" is not key=value"']);
	expect(await archon.lines('Run,env,TERM\n')).toEqual([
		'Error,"""TERM"" is not key=value; to set it to nothing write TERM="',
	]);
});

test('a request that is refused has started nothing', async () => {
	const archon = await Archon.start();
	await archon.lines('Run,sleep,60\nRun,sleep,=x\nStartDaemon,sleep,60\nRun,sleep,ARCHON_KEY=\n');
	expect(await archon.lines('Events,types=process.*\n')).toEqual(['Columns,seq,time,type,name,fields', 'Ok']);
});
