import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { parseArgs } from '../../src/protocol/args.ts';
import { archonctl, ctl } from './archonctl.ts';
import { peer, says } from './peer.ts';

test.each([
	[['ping'], ['Ping']],
	[
		['--json', 'status', 'web-*'],
		['Status', 'web-*'],
	],
	[
		['stop', 'web'],
		['Stop', 'web'],
	],
	[
		['stop', 'web', '0s'],
		['Stop', 'web', '0s'],
	],
	[
		['wait', 'web', 'running', '5s'],
		['Wait', 'web', 'running', '5s'],
	],
	[
		['signal', 'web', 'HUP'],
		['Signal', 'web', 'HUP'],
	],
	[
		['remove', 'web'],
		['Remove', 'web'],
	],
	[['shutdown'], ['Shutdown']],
	[
		['logs', 'web'],
		['Logs', 'web'],
	],
	[
		['logs', 'web', 'lines=3'],
		['Logs', 'web', 'lines=3'],
	],
	[
		['logs', 'web', '--lines', '3'],
		['Logs', 'web', 'lines=3'],
	],
	[
		['logs', '--lines=3', 'web'],
		['Logs', 'web', 'lines=3'],
	],
	[
		['stop', '--timeout', '5s', 'web'],
		['Stop', 'web', '5s'],
	],
	[
		['wait', '--state=running', '--timeout=5s', 'web'],
		['Wait', 'web', 'running', '5s'],
	],
	[
		['help', 'start-daemon'],
		['Help', 'StartDaemon'],
	],
	[
		['help', 'Ping'],
		['Help', 'Ping'],
	],
	[
		['usage', 'web'],
		['Usage', 'web'],
	],
	[
		['reload', '--dry-run'],
		['Reload', 'dry-run'],
	],
	[
		['reload', 'dry-run'],
		['Reload', 'dry-run'],
	],
	[['tree'], ['Tree']],
	[
		['why', 'web'],
		['Why', 'web'],
	],
	[
		['events', '--types', 'process.*;timer', 'since=1h'],
		['Events', 'since=1h', 'types=process.*;timer'],
	],
	[
		['events', '--names=a,"b"'],
		['Events', 'names=a,"b"'],
	],
	[
		['status', '--', '--json'],
		['Status', '--json'],
	],
	[
		['status', ''],
		['Status', ''],
	],
])('archonctl %j asks %j', async (args, record) => {
	const daemon = await peer(says('Ok\n'));
	const { code, stdout, stderr } = await ctl(args, daemon);
	expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
	expect(daemon.heard).toEqual([record]);
});

test.each([
	[(socket: string) => ['--socket', socket, 'ping']],
	[(socket: string) => [`--socket=${socket}`, 'ping']],
	[(socket: string) => ['ping', '--socket', socket]],
	[(socket: string) => ['ping', `--socket=${socket}`, '--json']],
])('--socket and --json stand before or after the verb (%#)', async (args) => {
	const daemon = await peer(says('Ok\n'));
	expect(await ctl(args(daemon.socket), { socket: '/nonexistent' })).toMatchObject({ code: 0 });
	expect(daemon.heard).toEqual([['Ping']]);
});

test('arguments keep their bytes: UTF-8 or not, quotes, blanks and line breaks', async () => {
	const daemon = await peer(says('ExitStatus,0\n'));
	// Only a shell can give a byte that is no UTF-8.
	const child = spawn(
		'sh',
		['-c', 'exec "$0" run --name n -- printf "$(printf \'a,"\\303\\251\\377\\r\\n b\')" "" " "', archonctl],
		{ env: { ARCHON_SOCKET: daemon.socket }, stdio: 'ignore' },
	);
	expect(await once(child, 'close')).toEqual([0, null]);
	const [, args = ''] = daemon.heard[0] ?? [];
	expect(parseArgs(args)).toEqual(['printf', 'a,"\u00c3\u00a9\u00ff\r\n b', '', ' ']);
});

test('a record larger than the buffer of the socket arrives whole', async () => {
	const daemon = await peer(says('Ok\n'));
	const long = 'x'.repeat(120_000);
	const words = Array.from({ length: 8 }, (_, i) => `types=${i}${long}`);
	expect(await ctl(['events', ...words], daemon)).toMatchObject({ code: 0 });
	expect(daemon.heard).toEqual([['Events', ...words]]);
});
