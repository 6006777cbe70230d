import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { archonctl, ctl, resultOf } from './archonctl.ts';
import { peer, says } from './peer.ts';

test.each([
	[['--pid', '1'], ['MonitorFD']],
	[
		['--pid=1', '--name', 'init'],
		['MonitorFD', 'init'],
	],
	[
		['init', '--pid', '1'],
		['MonitorFD', 'init'],
	],
	[
		['--fd', '0', '--name=x'],
		['MonitorFD', 'x'],
	],
])('monitor-fd %j asks %j', async (args, record) => {
	const daemon = await peer(says('Ok\n'));
	expect(await ctl(['monitor-fd', ...args], daemon)).toEqual({ code: 0, stdout: '', stderr: '' });
	expect(daemon.heard).toEqual([record]);
});

test('a process that does not exist is told before anything is asked', async () => {
	const daemon = await peer(says('Ok\n'));
	expect(await ctl(['monitor-fd', '--pid', '4194304'], daemon)).toEqual({
		code: 1,
		stdout: '',
		stderr: 'archonctl: cannot watch process 4194304: No such process\n',
	});
	expect(daemon.heard).toEqual([]);
});

test('a descriptor that is not open is told before anything is asked', async () => {
	const daemon = await peer(says('Ok\n'));
	const child = spawn('sh', ['-c', 'exec "$0" monitor-fd --fd 7 7<&-', archonctl], {
		env: { ARCHON_SOCKET: daemon.socket },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	expect(await resultOf(child)).toEqual({
		code: 1,
		stdout: '',
		stderr: 'archonctl: descriptor 7 is not open\n',
	});
	expect(daemon.heard).toEqual([]);
});
