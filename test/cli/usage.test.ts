import { expect, test } from 'vitest';
import { ctl } from './archonctl.ts';
import { peer, says } from './peer.ts';
import { onTerminal } from './terminal.ts';

const nobody = '/nonexistent/socket';

test.each([
	['nothing at all', [], 'a verb is missing'],
	['an unknown verb', ['pign'], 'unknown verb "pign"'],
	['the name a verb has on the wire', ['StartDaemon', 'ls'], 'unknown verb "StartDaemon"'],
	['an unknown option before the verb', ['--jsn', 'status'], 'unknown option "--jsn"'],
	['an unknown option behind it', ['status', '--jsn'], 'unknown option "--jsn"'],
	['an option of another verb', ['status', '--lines', '3'], 'unknown option "--lines"'],
	['a flag with a value', ['status', '--json=yes'], 'unknown option "--json=yes"'],
	['a missing argument', ['wait', 'web'], 'an argument is missing'],
	['an argument too many', ['stop', 'web', '5s', 'now'], 'an argument too many: "now"'],
	['a socket without a path', ['ping', '--socket'], '--socket needs a path'],
	['a socket that is empty', ['--socket=', 'ping'], '--socket needs a path'],
	['a colour that is none', ['--color', 'red', 'ping'], '--color needs always, never or auto'],
	['a colour that is missing', ['ping', '--color'], '--color needs always, never or auto'],
	['an option in place of nothing', ['wait', '--timeout', '5s', 'web'], 'an argument is missing'],
	['an option and its word', ['wait', 'a', 'running', '5s', '--name', 'b'], 'an argument too many: "5s"'],
	['a setting in place of a word', ['logs', '--lines', '3'], 'an argument is missing'],
	['a key without its value', ['logs', 'web', '--lines'], '--lines needs a value'],
	['rules test without a file', ['rules', 'test'], 'an argument is missing'],
	['rules test of two files', ['rules', 'test', 'a.lua', 'b.lua'], 'an argument too many: "b.lua"'],
	[
		'rules test with an option of another verb',
		['rules', 'test', '--lines', '3'],
		'unknown option "--lines"',
	],
	['run without a program', ['run', '-E'], 'a program is missing'],
	[
		'an argument without --',
		['run', 'ls', '-l'],
		'"-l" is not key=value; arguments stand behind --: archonctl run -- ls -l',
	],
	['run with no argument behind --', ['run', '--'], 'a program is missing'],
	['a variable without =', ['run', '-e', 'A', 'ls'], '-e needs KEY=VALUE'],
	['a variable without a key', ['run', '-e', '=A', 'ls'], '-e needs KEY=VALUE'],
	['an option of start-daemon for run', ['run', '--user', 'www', 'ls'], 'unknown option "--user"'],
	['an option of run for start-daemon', ['start-daemon', '-E', 'ls'], 'unknown option "-E"'],
	['a name that is empty', ['run', '--name=', 'ls'], '--name= needs a value'],
	['monitor-fd of nothing', ['monitor-fd'], 'either --pid or --fd is needed'],
	['monitor-fd of both', ['monitor-fd', '--pid', '1', '--fd', '0'], 'either --pid or --fd is needed'],
	['a pid that is no number', ['monitor-fd', '--pid', '1x'], '--pid needs a number, not "1x"'],
	['a pid beyond all', ['monitor-fd', '--pid', '99999999999'], '--pid needs a number, not "99999999999"'],
])('%s is wrong usage: one line and how it is used, exit code 2', async (_, args, reason) => {
	const { code, stdout, stderr } = await ctl(args, { socket: nobody });
	expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
	const [first, second] = stderr.split('\n');
	expect(first).toBe(`archonctl: ${reason}`);
	expect(second).toMatch(/^usage: archonctl /);
});

test('wrong usage shows how that verb is used', async () => {
	const { stderr } = await ctl(['wait'], { socket: nobody });
	expect(stderr).toBe(
		'archonctl: an argument is missing\nusage: archonctl wait <name> <state> [<timeout>]\n',
	);
});

test('--help lists the verbs and needs no daemon', async () => {
	const { code, stdout, stderr } = await ctl(['--help'], { socket: nobody });
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	for (const verb of ['run', 'start-daemon', 'monitor-fd', 'status', 'subscribe', 'shutdown']) {
		expect(stdout).toMatch(new RegExp(`^  ${verb} +\\S`, 'm'));
	}
});

test('every verb has its own --help, which needs no daemon', async () => {
	const { stdout: all } = await ctl(['--help'], { socket: nobody });
	const verbs = [...all.matchAll(/^ {2}([a-z][a-z-]+(?: [a-z-]+)*) /gm)].map(([, verb]) => verb as string);
	expect(verbs.length).toBeGreaterThan(10);
	for (const verb of verbs) {
		const { code, stdout, stderr } = await ctl([...verb.split(' '), '--help'], { socket: nobody });
		expect({ verb, code, stderr }).toEqual({ verb, code: 0, stderr: '' });
		expect(stdout).toMatch(new RegExp(`^usage: archonctl ${verb}`));
	}
});

test('the help of a request with keys says that they may be options', async () => {
	const { stdout } = await ctl(['logs', '--help'], { socket: nobody });
	expect(stdout).toContain('usage: archonctl logs <name> [--lines <count>]');
});

test('--version says which archonctl this is and needs no daemon', async () => {
	const { code, stdout } = await ctl(['--version'], { socket: nobody });
	expect(code).toBe(0);
	expect(stdout).toMatch(/^archonctl \d+\.\d+\.\d+\n$/);
});

test('help is a request like any other, not --help', async () => {
	const daemon = await peer(says('Columns,request,synopsis,what\nRow,Ping,Ping,is it there\nOk\n'));
	const { code, stdout } = await ctl(['help', 'Ping'], daemon);
	expect(code).toBe(0);
	expect(daemon.heard).toEqual([['Help', 'Ping']]);
	expect(stdout).toBe('request  synopsis  what\nPing     Ping      is it there\n');
});

test('on a terminal the help is broken between words', async () => {
	const lines = (await onTerminal(['--help'], {}, 60)).split('\n');
	const verbs = lines.slice(2, lines.indexOf('', 2));
	expect(verbs.filter((line) => /^ {17}\S/.test(line)).length).toBeGreaterThan(10);
	// A long word is left to the terminal.
	expect(verbs.filter((line) => line.length > 60 && line.lastIndexOf(' ') > 17)).toEqual([]);
});
