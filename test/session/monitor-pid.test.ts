import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { archonctl } from '../cli/archonctl.ts';
import { stop, until, zombie } from '../live/until.ts';
import { ask, names, pidOf, status } from './ask.ts';
import { exiting, Stranger, sleeper, tells } from './foreign.ts';
import { Watch } from './watch.ts';

/** Within a namespace there are no threads of the kernel. */
function comm(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'latin1').trimEnd();
	} catch {
		return '';
	}
}

test('a process nobody handed a descriptor for is watched, its end included', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const stranger = exiting(7);
	expect(await ask(archon, 'MonitorPid', String(stranger.pid), 'db')).toBe('Ok');
	expect((await watch.event('process.monitored', 'db')).slice(5)).toEqual([`pid=${stranger.pid}`]);
	expect(await status(archon, 'db')).toMatchObject({ kind: 'foreign', pid: String(stranger.pid) });
	stranger.tell();
	const exited = await watch.event('process.exited', 'db');
	expect(exited.slice(5)).toEqual([`pid=${stranger.pid}`, tells ? 'exit=7' : 'status=unknown']);
});

test('without a name it has that of its program', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'MonitorPid', String(sleeper().pid))).toBe('Ok');
	expect(await names(archon)).toEqual(['sleep']);
});

test('what is no process is an Error that says so', async () => {
	const archon = await Archon.start();
	const gone = exiting(0);
	gone.tell();
	await gone.gone();
	const thread = readdirSync(`/proc/${process.pid}/task`).find((id) => id !== String(process.pid)) ?? '';
	expect(await ask(archon, 'MonitorPid', String(gone.pid))).toBe(`Error,there is no process ${gone.pid}`);
	expect(await ask(archon, 'MonitorPid', '2147483647')).toBe('Error,there is no process 2147483647');
	expect(await ask(archon, 'MonitorPid', thread)).toBe(
		`Error,${thread} is a thread: name the process that it is of`,
	);
	for (const wrong of ['0', '-1', '2147483648', '1x', '01']) {
		expect(await ask(archon, 'MonitorPid', wrong)).toBe(
			`Error,"pid: ""${wrong}"" is no number of a process"`,
		);
	}
	expect(await names(archon)).toEqual([]);
});

test('init, archon itself and what is watched already are refused', async () => {
	const archon = await Archon.start();
	for (const pid of [1, archon.keeper.pid]) {
		expect(await ask(archon, 'MonitorPid', String(pid))).toBe(
			`Error,process ${pid} is not to be watched: it is archon itself or init`,
		);
	}
	await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=web');
	const pid = await pidOf(archon, 'web');
	expect(await ask(archon, 'MonitorPid', String(pid), 'other')).toMatch(/^Error,.*called ""web""/);
	const stranger = sleeper();
	expect(await ask(archon, 'MonitorPid', String(stranger.pid), 'one')).toBe('Ok');
	expect(await ask(archon, 'MonitorPid', String(stranger.pid), 'two')).toMatch(/^Error,.*called ""one""/);
	expect(await ask(archon, 'MonitorPid', String(sleeper().pid), 'one')).toMatch(/^Error,.*is taken/);
	expect(await names(archon)).toEqual(['one', 'web']);
});

test.skipIf(comm(2) !== 'kthreadd')('a thread of the kernel is refused: it never ends', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'MonitorPid', '2')).toBe(
		'Error,process 2 is not to be watched: it is a thread of the kernel and never ends',
	);
	expect(await names(archon)).toEqual([]);
});

test('one that nobody has reaped is running with the reason zombie', async () => {
	const archon = await Archon.start();
	const parent = new Stranger(
		'sh',
		'-c',
		'exec 3<&0; sh -c "read -r _" <&3 & echo $!; wait $!; exec sleep 60',
	);
	const pid = Number(await parent.said.next());
	await stop(parent.pid);
	parent.tell();
	await zombie(pid);
	expect(await ask(archon, 'MonitorPid', String(pid), 'x')).toBe('Ok');
	await until(async () => (await status(archon, 'x'))['reason'] !== '');
	expect(await status(archon, 'x')).toMatchObject({
		state: 'running',
		reason: `zombie: not reaped by ${parent.pid}`,
	});
	process.kill(parent.pid, 'SIGCONT');
	expect(await ask(archon, 'Wait', 'x', 'exited', '5s')).toBe('Ok');
});

test.skipIf(process.getuid?.() !== 0)(
	'whom it does not belong to is refused one of another user',
	async () => {
		const archon = await Archon.start();
		const client = `${archon.directory}/archonctl`;
		copyFileSync(archonctl, client);
		chmodSync(archon.socket, 0o666);
		const args = ['--socket', archon.socket, 'monitor-pid', String(sleeper().pid), 'x'];
		const child = spawn(client, args, { uid: 65_534, gid: 65_534, stdio: 'ignore', cwd: '/' });
		expect(await once(child, 'exit')).toEqual([1, null]);
		expect(await names(archon)).toEqual([]);
	},
);
