import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { archonctl, ctl } from './archonctl.ts';
import { peer, says } from './peer.ts';

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

test.each([
	[{}, true],
	[{ NO_COLOR: '' }, true],
	[{ NO_COLOR: '1' }, false],
])('on a terminal with %j the state is coloured: %j', async (env, coloured) => {
	const daemon = await peer(
		says('Columns,name,state\nRow,a,running\nRow,b,backoff\nRow,c,failed\nRow,d,exited\nOk\n'),
	);
	const shown = await onTerminal(['status'], { ...env, ARCHON_SOCKET: daemon.socket });
	expect(shown).toBe(
		coloured
			? 'name  state\r\na     \u001b[32mrunning\u001b[0m\r\nb     \u001b[33mbackoff\u001b[0m\r\n' +
					'c     \u001b[31mfailed\u001b[0m\r\nd     exited\r\n'
			: 'name  state\r\na     running\r\nb     backoff\r\nc     failed\r\nd     exited\r\n',
	);
});

/** What a terminal gets to show; script(1) provides one. */
async function onTerminal(args: readonly string[], env: Record<string, string>): Promise<string> {
	const { stdout } = await promisify(execFile)(
		'script',
		['-qec', `"${archonctl}" ${args.join(' ')}`, '/dev/null'],
		{ env: { PATH: process.env['PATH'] ?? '', ...env } },
	);
	return stdout;
}
