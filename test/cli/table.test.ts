import { expect, test } from 'vitest';
import { ctl } from './archonctl.ts';
import { peer, says } from './peer.ts';
import { onTerminal } from './terminal.ts';

const status = 'Columns,name,kind,state,pid,uptime,restarts,last,reason\n';

test('rows are a table: a header, columns two blanks apart, no blanks at the end of a line', async () => {
	const daemon = await peer(
		says(
			`${status}Row,web-1,daemon,running,4711,86400,0,-,\n` +
				'Row,a-longer-name,run,backoff,-,-,12,exit:1,"restarted, in 5 s"\nOk\n',
		),
	);
	const { code, stdout } = await ctl(['status'], daemon);
	expect(code).toBe(0);
	expect(stdout).toMatchInlineSnapshot(`
		"name           kind    state    pid   uptime  restarts  last    reason
		web-1          daemon  running  4711  86400   0         -
		a-longer-name  run     backoff  -     -       12        exit:1  restarted, in 5 s
		"
	`);
});

test('no rows are a header alone', async () => {
	const daemon = await peer(says(`${status}Ok\n`));
	expect((await ctl(['status'], daemon)).stdout).toBe(
		'name  kind  state  pid  uptime  restarts  last  reason\n',
	);
});

test('columns stay aligned under characters that are wide or combine', async () => {
	const daemon = await peer(
		says('Columns,name,on\nRow,\\u{65e5}\\u{672c},a\nRow,e\\u{301},b\nRow,\\u{1f600}x,c\nOk\n'),
	);
	expect((await ctl(['help'], daemon)).stdout).toBe('name  on\n日本  a\ne\u0301     b\n😀x   c\n');
});

test('UTF-8 is shown as such, what could steer a terminal and what is no UTF-8 stays escaped', async () => {
	const daemon = await peer(
		says(
			'Columns,name\nRow,gr\\u{fc}n\nRow,\\u{1b}]0;x\\u{7}\nRow,\\u{9b}2J\\u{202e}\nRow,a\\\\b\\x{ff}\\u{a}\nOk\n',
		),
	);
	expect((await ctl(['status'], daemon)).stdout.split('\n')).toEqual([
		'name',
		'grün',
		'\\u{1b}]0;x\\u{7}',
		'\\u{9b}2J\\u{202e}',
		'a\\b\\x{ff}\\u{a}',
		'',
	]);
});

test('raw bytes of a peer that does not escape are made harmless too', async () => {
	const daemon = await peer(says('Columns,name\nRow,\u001b[2J\u00ff\r\nOk\n'));
	expect((await ctl(['status'], daemon)).stdout).toBe('name\n\\u{1b}[2J\\x{ff}\\u{d}\n');
});

test('a row with too few or too many values is shown with the columns there are', async () => {
	const daemon = await peer(says('Columns,a,b\nRow,1\nRow,1,2,3\nOk\n'));
	expect((await ctl(['status'], daemon)).stdout).toBe('a  b\n1\n1  2\n');
});

const states = [
	'running',
	'failed',
	'backoff',
	'paused',
	'waiting',
	'starting',
	'stopping',
	'stopped',
	'exited',
	'odd',
];

test('on a terminal a state has its colour, the header is bold', async () => {
	const daemon = await peer(says(`Columns,name,state\n${states.map((it) => `Row,a,${it}\n`).join('')}Ok\n`));
	const text = await onTerminal(['status'], { ARCHON_SOCKET: daemon.socket });
	const shown = (colour: string, it: string) => `a     \u001b[${colour}m${it}\u001b[0m`;
	expect(text.split('\n')).toEqual([
		'\u001b[1mname\u001b[0m  \u001b[1mstate\u001b[0m',
		...['32', '31', '33', '33', '34', '34', '34', '2', '2'].map((colour, i) =>
			shown(colour, states[i] ?? ''),
		),
		'a     odd',
		'',
	]);
});

test.each([
	[[], {}, true],
	[[], { NO_COLOR: '' }, true],
	[[], { NO_COLOR: '1' }, false],
	[[], { TERM: 'dumb' }, false],
	[['--color', 'never'], {}, false],
	[['--color=always'], { NO_COLOR: '1', TERM: 'dumb' }, true],
	[['--color', 'auto'], {}, true],
])('on a terminal with %j and %j there are colours: %j', async (options, env, coloured) => {
	const daemon = await peer(says('Columns,name,state\nRow,a,running\nOk\n'));
	const text = await onTerminal([...options, 'status'], { ...env, ARCHON_SOCKET: daemon.socket });
	expect(text.includes('\u001b[32mrunning')).toBe(coloured);
});

test('what is piped has colours only when they are asked for', async () => {
	const daemon = await peer(says('Columns,name,state\nRow,a,running\nOk\n'));
	expect((await ctl(['status'], daemon)).stdout).toBe('name  state\na     running\n');
	expect((await ctl(['status', '--color', 'always'], daemon)).stdout).toContain('\u001b[32mrunning\u001b[0m');
});

const long = 'Columns,name,pid,reason\nRow,a,7,ended with exit:1; starts again in 4m12s\nRow,bb,4711,\nOk\n';

test('on a terminal the last column is cut to its width, numbers stand to the right', async () => {
	const daemon = await peer(says(long));
	const shown = (width: number) =>
		onTerminal(['status'], { ARCHON_SOCKET: daemon.socket, NO_COLOR: '1' }, width);
	expect(await shown(55)).toBe(
		'name   pid  reason\na        7  ended with exit:1; starts again in 4m12s\nbb    4711\n',
	);
	expect(await shown(40)).toBe('name   pid  reason\na        7  ended with exit:1; starts a…\nbb    4711\n');
	expect(Math.max(...(await shown(40)).split('\n').map((line) => line.length))).toBe(40);
});

test('where next to nothing is left the last column has lines of its own, and is whole', async () => {
	const daemon = await peer(says(long));
	expect(await onTerminal(['status'], { ARCHON_SOCKET: daemon.socket, NO_COLOR: '1' }, 30)).toBe(
		'name   pid  reason\na        7\n    ended with exit:1; starts\n    again in 4m12s\nbb    4711\n',
	);
});

test('on a terminal that says no width, and where it is piped, nothing is cut', async () => {
	const row = 'x'.repeat(3000);
	const daemon = await peer(says(`Columns,name,reason\nRow,a,${row}\nOk\n`));
	expect((await ctl(['status'], daemon)).stdout).toContain(row);
	expect(await onTerminal(['status'], { ARCHON_SOCKET: daemon.socket }, 0)).toContain(row);
});

const numbers: [string, string, string][] = [
	['uptime', '0', '0s'],
	['uptime', '59', '59s'],
	['uptime', '60', '1m00s'],
	['uptime', '3599', '59m59s'],
	['uptime', '11520', '3h12m'],
	['uptime', '446400', '5d04h'],
	['uptime', '-', '-'],
	['uptime', 'soon', 'soon'],
	['rss', '0', '0'],
	['rss', '1023', '1023'],
	['rss', '1024', '1.0K'],
	['rss', '1048524', '1023.9K'],
	['rss', '1048575', '1.0M'],
	['rss', '12897484', '12.3M'],
	['rss', '1e3', '1e3'],
	['cpu', '0.7', '0.7%'],
	['cpu', '-', '-'],
	['pid', '4711', '4711'],
];

test('numbers are rounded for people, and only for them', async () => {
	for (const [column, value, shown] of numbers) {
		const daemon = await peer(says(`Columns,name,${column}\nRow,a,${value}\nOk\n`));
		const text = await onTerminal(['usage'], { ARCHON_SOCKET: daemon.socket, NO_COLOR: '1' });
		expect(text.trimEnd().split(/\s+/).at(-1), `${column} ${value}`).toBe(shown);
		expect((await ctl(['usage'], daemon)).stdout.trimEnd().split(/\s+/).at(-1)).toBe(value);
	}
});

const tree =
	'Columns,depth,pid,ppid,name,state,command\nRow,0,1,0,-,sleeping,archond\nRow,1,2,1,web,running,a\n' +
	'Row,2,3,2,web,sleeping,b\nRow,2,4,2,web,sleeping,c\nRow,3,5,4,web,zombie,[d]\nRow,1,6,1,db,failed,e\nRow,0,9,7,x,running,f\nOk\n';

test('the tree of processes is drawn on a terminal, and is plain rows elsewhere', async () => {
	const daemon = await peer(says(tree));
	expect(await onTerminal(['tree'], { ARCHON_SOCKET: daemon.socket, NO_COLOR: '1' })).toBe(
		[
			'pid  name  state     command',
			'  1  -     sleeping  archond',
			'  2  web   running   ├─ a',
			'  3  web   sleeping  │  ├─ b',
			'  4  web   sleeping  │  └─ c',
			'  5  web   zombie    │     └─ [d]',
			'  6  db    failed    └─ e',
			'  9  x     running   f',
			'',
		].join('\n'),
	);
	expect((await ctl(['tree'], daemon)).stdout.split('\n')[2]).toBe('1      2    1     web   running   a');
});

test('sentences are broken between words on a terminal, an empty line stands between names', async () => {
	const daemon = await peer(
		says(
			'Columns,name,sentence\nRow,a,a is waiting for its time.\nRow,a,So it is.\nRow,b,unbreakablesentences are too.\nOk\n',
		),
	);
	expect(await onTerminal(['why', '*'], { ARCHON_SOCKET: daemon.socket }, 16)).toBe(
		'a is waiting for\nits time.\nSo it is.\n\nunbreakablesentences\nare too.\n',
	);
	expect((await ctl(['why', 'a'], daemon)).stdout).toMatch(
		/^name {2}sentence\na +a is waiting for its time\.\n/,
	);
});
