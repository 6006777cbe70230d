import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { archonctl, ctl, resultOf, start } from './archonctl.ts';
import { peer, says } from './peer.ts';
import { onTerminal } from './terminal.ts';

const today = '2026-11-20T';
/** How a first event of the type `timer` reads. */
const timer = '2026-11-20T10:00:00.000Z      1  timer             -\n';

test('events are lines to read, in columns: time, number, type, name, the rest', async () => {
	const daemon = await peer((_, connection) => {
		connection.end(
			`Ok\nEvent,1042,${today}10:00:00.250Z,process.exited,web-1,pid=7,exit=0,"reason=a, b"\n` +
				`Gap,1043,1050\nEvent,1051,${today}10:00:01.000Z,daemon.started,-\n`,
		);
	});
	const { code, stdout } = await ctl(['subscribe'], daemon);
	expect(code).toBe(3);
	expect(stdout).toBe(
		'2026-11-20T10:00:00.250Z   1042  process.exited    web-1       pid=7 exit=0 reason=a, b\n' +
			'gap  1043-1050\n' +
			'2026-11-20T10:00:01.000Z   1051  daemon.started    -\n',
	);
});

test('events of the journal read the same as those that are followed', async () => {
	const daemon = await peer(
		says(
			`Columns,seq,time,type,name,fields\nGap,1,1041\n` +
				`Row,1042,${today}10:00:00.250Z,process.exited,web-1,"pid=7,exit=0,""reason=a, b"""\n` +
				`Row,1051,${today}10:00:01.000Z,daemon.started,-,\nOk\n`,
		),
	);
	const { code, stdout } = await ctl(['events'], daemon);
	expect(code).toBe(0);
	expect(stdout).toBe(
		'gap  1-1041\n' +
			'2026-11-20T10:00:00.250Z   1042  process.exited    web-1       pid=7 exit=0 reason=a, b\n' +
			'2026-11-20T10:00:01.000Z   1051  daemon.started    -\n',
	);
});

test('on a terminal the time is that of the place, below its day and its distance from UTC', async () => {
	const daemon = await peer(
		says(
			'Columns,seq,time,type,name,fields\nRow,1,2020-02-28T23:59:59.999Z,timer,-,\n' +
				'Row,2,2020-02-29T04:30:00.000Z,process.failed,web,exit=1\nRow,3,2020-02-29T04:31:00.000Z,timer,-,\nOk\n',
		),
	);
	const env = { ARCHON_SOCKET: daemon.socket, TZ: 'XYZ+4:30', NO_COLOR: '1' };
	expect(await onTerminal(['events'], env)).toBe(
		'2020-02-28, local time (UTC-04:30)\n19:29:59.999      1  timer             -\n' +
			'2020-02-29, local time (UTC-04:30)\n00:00:00.000      2  process.failed    web         exit=1\n' +
			'00:01:00.000      3  timer             -\n',
	);
});

test('when the clocks change that is said too', async () => {
	const daemon = await peer(
		says(
			'Columns,seq,time,type,name,fields\nRow,1,2020-10-25T00:59:00.000Z,timer,-,\nRow,2,2020-10-25T01:00:00.000Z,timer,-,\nOk\n',
		),
	);
	const env = { ARCHON_SOCKET: daemon.socket, TZ: 'WET0WEST,M3.5.0/1,M10.5.0', NO_COLOR: '1' };
	const lines = (await onTerminal(['events'], env)).split('\n');
	expect(lines[0]).toBe('2020-10-25, local time (UTC+01:00)');
	expect(lines[2]).toBe('2020-10-25, local time (UTC+00:00)');
});

test('a column grows with what it holds, and what is much too long stands out of it', async () => {
	const name = 'x'.repeat(40);
	const events = [
		`Row,9,t,a,name-of-15-char,k=1`,
		`Row,10,t,a,b,k=2`,
		`Row,11,t,a,${name},k=3`,
		`Row,12,t,a,b,k=4`,
	];
	const daemon = await peer(says(`Columns,seq,time,type,name,fields\n${events.join('\n')}\nOk\n`));
	expect((await ctl(['events'], daemon)).stdout.split('\n')).toEqual([
		't      9  a                 name-of-15-char  k=1',
		't     10  a                 b                k=2',
		`t     11  a                 ${name}  k=3`,
		't     12  a                 b                k=4',
		'',
	]);
});

test('on a terminal what went wrong is red or yellow, what is well green', async () => {
	const types = [
		'process.failed',
		'rule.error',
		'process.backoff',
		'process.degraded',
		'process.ready',
		'timer',
	];
	const daemon = await peer(
		says(
			`Columns,seq,time,type,name,fields\n${types.map((it) => `Row,1,t,${it},-,\n`).join('')}Gap,2,3\nOk\n`,
		),
	);
	const text = await onTerminal(['events'], { ARCHON_SOCKET: daemon.socket });
	expect(text.split('\n').map((line) => line.slice(line.indexOf('  ')).trim())).toEqual([
		...['31', '31', '33', '33', '32'].map((colour, i) =>
			expect.stringContaining(`\u001b[${colour}m${types[i]}\u001b[0m`),
		),
		expect.stringMatching(/\[0m {2}timer/),
		expect.stringContaining('2-3'),
		'',
	]);
	expect(text).toContain('\u001b[33mgap  2-3\u001b[0m');
});

test('an event with a time or a name nobody expects is shown without harm', async () => {
	const daemon = await peer((_, connection) => {
		connection.end('Ok\nEvent,x,soon\\u{1b},odd,\\u{1b}[2J,k=\\u{7}\nEvent,1\n');
	});
	const { stdout } = await ctl(['subscribe'], daemon);
	expect(stdout).toBe('soon\\u{1b}      x  odd               \\u{1b}[2J   k=\\u{7}\n\n');
});

test('each event is written as soon as it is there', async () => {
	const daemon = await peer((_, connection) => {
		connection.write(`Ok\nEvent,1,${today}10:00:00.000Z,timer,-\n`);
	});
	const child = start(['subscribe'], daemon);
	const [line] = await once(child.stdout, 'data');
	expect(String(line)).toBe(timer);
	expect(child.exitCode).toBe(null);
});

test('subscribe ends with 3 when the daemon goes away, and says where to go on', async () => {
	const daemon = await peer((_, connection) =>
		connection.end(`Ok\nEvent,17,${today}10:00:00.000Z,timer,-\n`),
	);
	expect(await ctl(['subscribe'], daemon)).toEqual({
		code: 3,
		stdout: '2026-11-20T10:00:00.000Z     17  timer             -\n',
		stderr: 'archonctl: the connection ended after event 17 (since=17 goes on from there)\n',
	});
});

test('subscribe that is refused ends with 1', async () => {
	const daemon = await peer(says('Error,since=9 is beyond the newest\n'));
	expect(await ctl(['subscribe', 'since=9'], daemon)).toMatchObject({ code: 1 });
});

test('Ctrl-C ends it as it ends any program', async () => {
	const daemon = await peer(says('Ok\n'));
	const child = start(['subscribe'], daemon);
	await daemon.hears(([name]) => name === 'Subscribe');
	child.kill('SIGINT');
	expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
});

test('it ends quietly with 0 as soon as nobody reads it, not only at the next event', async () => {
	const daemon = await peer(says(`Ok\nEvent,1,${today}10:00:00.000Z,timer,-\n`));
	const child = spawn('sh', ['-c', '{ "$0" subscribe; echo "$?" >&2; } | head -n1', archonctl], {
		env: { PATH: process.env['PATH'], ARCHON_SOCKET: daemon.socket },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	expect(await resultOf(child)).toEqual({ code: 0, stdout: timer, stderr: '0\n' });
});

test('rows that nobody reads to the end are quiet too', async () => {
	const rows = `Row,1,${today}10:00:00.000Z,timer,-,\n`.repeat(50_000);
	const daemon = await peer(says(`Columns,seq,time,type,name,fields\n${rows}Ok\n`));
	const child = spawn('sh', ['-c', '{ "$0" events; echo "$?" >&2; } | head -n1', archonctl], {
		env: { PATH: process.env['PATH'], ARCHON_SOCKET: daemon.socket },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	expect(await resultOf(child)).toEqual({ code: 0, stdout: timer, stderr: '0\n' });
});

test('log lines are time, stream and line; a tab is a tab, nothing else can steer the terminal', async () => {
	const daemon = await peer(
		says(
			'Columns,name,time,stream,line\nRow,web,2026-11-20T10:00:00.000Z,stderr,"a, b\\u{9}\\u{fc}\\u{1b}[2J\\u{d}"\nOk\n',
		),
	);
	expect((await ctl(['logs', 'web'], daemon)).stdout).toBe(
		'2026-11-20T10:00:00.000Z  stderr  a, b\tü\\u{1b}[2J\\u{d}\n',
	);
});

test('logs that are followed come as lines, or as an object per line, until the daemon goes away', async () => {
	const reply = 'Ok\nColumns,name,time,stream,line\nRow,web,10:00,stdout,a\nRow,web,10:01,stderr,-\n';
	const daemon = await peer((_, connection) => connection.end(reply));
	expect(await ctl(['logs', 'web', 'follow'], daemon)).toEqual({
		code: 3,
		stdout: '10:00  stdout  a\n10:01  stderr  -\n',
		stderr: 'archonctl: the connection ended\n',
	});
	expect((await ctl(['logs', 'web', 'follow', '--json'], daemon)).stdout).toBe(
		'{"name":"web","time":"10:00","stream":"stdout","line":"a"}\n' +
			'{"name":"web","time":"10:01","stream":"stderr","line":"-"}\n',
	);
});

test('of logs of several names each line says whose it is, in a column', async () => {
	const lines = 'Row,web@1,t,stdout,a\nRow,web@10,t,stderr,b\nRow,web@1,t,archon,c\n';
	const daemon = await peer(says(`Columns,name,time,stream,line\n${lines}Ok\n`));
	const shown = 't  web@1  stdout  a\nt  web@10  stderr  b\nt  web@1   archon  c\n';
	expect((await ctl(['logs', 'web'], daemon)).stdout).toBe(shown);
	expect((await ctl(['logs', 'web@*'], daemon)).stdout).toBe(shown);
});

test('on a terminal logs have the time of the place, and what is no standard output its colour', async () => {
	const lines = 'Row,web,2020-02-28T23:59:59.999Z,stdout,a\nRow,web,2020-02-28T23:59:59.999Z,stderr,b\n';
	const daemon = await peer(says(`Columns,name,time,stream,line\n${lines}Row,web,t,archon,c\nOk\n`));
	const text = await onTerminal(['logs', 'web'], { ARCHON_SOCKET: daemon.socket, TZ: 'XYZ-1' });
	expect(text).toBe(
		'\u001b[1m2020-02-29, local time (UTC+01:00)\u001b[0m\n\u001b[2m00:59:59.999\u001b[0m  stdout  a\n' +
			'\u001b[2m00:59:59.999\u001b[0m  \u001b[31mstderr\u001b[0m  b\n' +
			'\u001b[2mt\u001b[0m  \u001b[33marchon\u001b[0m  c\n',
	);
});
