import { expect, test } from 'vitest';
import { ctl } from './archonctl.ts';
import { peer, says } from './peer.ts';

async function json(verb: readonly string[], text: string): Promise<unknown> {
	const daemon = await peer(says(text));
	const { code, stdout } = await ctl([...verb, '--json'], daemon);
	expect(code).toBe(0);
	return JSON.parse(stdout);
}

test('--json is one array of objects keyed by column, numbers as numbers, - as null', async () => {
	const rows = await json(
		['status'],
		'Columns,name,kind,state,pid,uptime,restarts,last,reason\n' +
			'Row,web,daemon,running,4711,86400,0,-,\nRow,7,run,exited,-,-,2,exit:3,"a ""b"", c"\nOk\n',
	);
	expect(rows).toEqual([
		{
			name: 'web',
			kind: 'daemon',
			state: 'running',
			pid: 4711,
			uptime: 86400,
			restarts: 0,
			last: null,
			reason: '',
		},
		{
			name: '7',
			kind: 'run',
			state: 'exited',
			pid: null,
			uptime: null,
			restarts: 2,
			last: 'exit:3',
			reason: 'a "b", c',
		},
	]);
});

test('what is counted is a number in every table', async () => {
	const usage = 'Columns,name,processes,rss,cpu,fds\nRow,web,2,12897484,0.7,9\nRow,db,0,0,0.0,0\nOk\n';
	expect(await json(['usage'], usage)).toEqual([
		{ name: 'web', processes: 2, rss: 12_897_484, cpu: 0.7, fds: 9 },
		{ name: 'db', processes: 0, rss: 0, cpu: 0, fds: 0 },
	]);
	const tree = 'Columns,depth,pid,ppid,name,state,command\nRow,1,7,1,-,sleeping,-\nOk\n';
	expect(await json(['tree'], tree)).toEqual([
		{ depth: 1, pid: 7, ppid: 1, name: null, state: 'sleeping', command: '-' },
	]);
});

test('no rows are an empty array', async () => {
	expect(await json(['status'], 'Columns,name\nOk\n')).toEqual([]);
});

test('a request without rows prints nothing', async () => {
	const daemon = await peer(says('Ok\n'));
	expect(await ctl(['--json', 'ping'], daemon)).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('strings are proper UTF-8, and what is none becomes U+FFFD', async () => {
	expect(
		await json(
			['logs', 'web'],
			'Columns,name,time,stream,line\nRow,web,t,stdout,\\u{1f600}\\u{0}\\u{a}\\\\u{41}\\x{ff}\\u{1b}\nOk\n',
		),
	).toEqual([{ name: 'web', time: 't', stream: 'stdout', line: '😀\0\n\\u{41}\ufffd\u001b' }]);
});

test('what could steer a terminal is escaped in JSON too', async () => {
	const daemon = await peer(says('Columns,name\nRow,\\u{9b}\\u{1b}\\u{202e}\\u{7f}\nOk\n'));
	const { stdout } = await ctl(['status', '--json'], daemon);
	expect(stdout).toBe('[\n{"name":"\\u009b\\u001b\\u202e\\u007f"}\n]\n');
});

test('a number is one only where the column counts and the text is a JSON number', async () => {
	const values = ['0', '42', '-1', '1.5', '007', '1e3', '', '1234567890123456', '+1', '1.', '.5', ' 1'];
	const rows = await json(['status'], `Columns,pid\n${values.map((value) => `Row,${value}\n`).join('')}Ok\n`);
	expect((rows as { pid: unknown }[]).map(({ pid }) => pid)).toEqual([
		0,
		42,
		-1,
		1.5,
		'007',
		'1e3',
		'',
		'1234567890123456',
		'+1',
		'1.',
		'.5',
		' 1',
	]);
});

test('a log line that is - or a number stays the text it is', async () => {
	const rows = await json(['logs', 'x'], 'Columns,line\nRow,-\nRow,12\nOk\n');
	expect(rows).toEqual([{ line: '-' }, { line: '12' }]);
});

const event = {
	seq: 1042,
	time: '2026-11-20T10:00:00.000Z',
	type: 'process.exited',
	name: 'web-1',
	fields: { pid: 7, start: 3, exit: 0, reason: 'a, b=c', cause: '' },
};

test('an event of the journal has its fields as an object, a gap stands in its place', async () => {
	const rows = await json(
		['events'],
		'Columns,seq,time,type,name,fields\nGap,1,1041\n' +
			'Row,1042,2026-11-20T10:00:00.000Z,process.exited,web-1,"pid=7,start=3,exit=0,""reason=a, b=c"",cause="\n' +
			'Row,1043,2026-11-20T10:00:00.001Z,daemon.started,-,\nOk\n',
	);
	expect(rows).toEqual([
		{ type: 'gap', first: 1, last: 1041 },
		event,
		{ seq: 1043, time: '2026-11-20T10:00:00.001Z', type: 'daemon.started', name: null, fields: {} },
	]);
});

test('when following, each event is an object on a line of its own, the same as from the journal', async () => {
	const daemon = await peer((_, connection) => {
		connection.end(
			'Ok\nGap,1,1041\nEvent,1042,2026-11-20T10:00:00.000Z,process.exited,web-1,pid=7,start=3,exit=0,"reason=a, b=c",cause=\n',
		);
	});
	const { code, stdout } = await ctl(['subscribe', '--json'], daemon);
	expect(code).toBe(3);
	expect(
		stdout
			.split('\n')
			.slice(0, -1)
			.map((line) => JSON.parse(line)),
	).toEqual([{ type: 'gap', first: 1, last: 1041 }, event]);
});

test('the array is closed when an Error ends the rows', async () => {
	const daemon = await peer(says('Columns,name\nRow,a\nError,no more\n'));
	const { code, stdout } = await ctl(['status', '--json'], daemon);
	expect(code).toBe(1);
	expect(JSON.parse(stdout)).toEqual([{ name: 'a' }]);
});
