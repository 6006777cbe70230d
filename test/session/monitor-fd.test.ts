import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../src/native/index.ts';
import { Archon } from '../archon.ts';
import { archonctl } from '../cli/archonctl.ts';
import { daemonPid } from '../live/crash.ts';
import { stop, until } from '../live/until.ts';
import { ask, names, rows, status } from './ask.ts';
import { exiting, monitor, Stranger, sleeper, tells } from './foreign.ts';
import { copies, Pass } from './pass.ts';
import { Watch } from './watch.ts';

/** A pidfd of a process of archon's own or of init. */
function pidfdOf(pid: number): number {
	const pidfd = native.pidfdOpen(pid);
	onTestFinished(() => void native.close(pidfd));
	return pidfd;
}

function childrenOf(pid: number | undefined): number[] {
	return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
}

/** How many pidfds the daemon has open, without those of its own threads: right after its start it sends two to the keeper. */
function pidfdsHeld(archon: Archon): number {
	const daemon = `/proc/${daemonPid(archon)}`;
	const pids = readdirSync(`${daemon}/fd`).map(
		(fd) => /^Pid:\s*(.+)$/m.exec(textOf(`${daemon}/fdinfo/${fd}`))?.[1],
	);
	const threads = readdirSync(`${daemon}/task`);
	return pids.filter((pid) => pid !== undefined && !threads.includes(pid)).length;
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return ''; // closed meanwhile
	}
}

test('the message carries one descriptor as ancillary data: a pidfd', async () => {
	const archon = await Archon.start();
	const stranger = sleeper();
	expect(await monitor(archon, [stranger.pidfd])).toBe('Ok');
	expect(await status(archon, 'sleep')).toEqual({
		name: 'sleep',
		kind: 'foreign',
		state: 'running',
		pid: String(stranger.pid),
		uptime: '0',
		restarts: '0',
		last: '-',
		reason: '',
	});
});

test('from then on that process is watched as any other, its exit status included where the system can tell', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const [code, killed] = [exiting(42), sleeper()];
	await monitor(archon, [code.pidfd], 'code');
	await monitor(archon, [killed.pidfd], 'killed');
	expect(await watch.event('process.monitored', 'code')).toHaveLength(6);
	code.tell();
	const exited = await watch.event('process.exited', 'code');
	expect(exited.slice(5)).toEqual([`pid=${code.pid}`, tells ? 'exit=42' : 'status=unknown']);
	process.kill(killed.pid, 'SIGUSR1');
	const other = await watch.event('process.exited', 'killed');
	expect(other.slice(5)).toEqual([`pid=${killed.pid}`, tells ? 'signal=USR1' : 'status=unknown']);
	expect(await rows(archon, 'Status')).toEqual([
		expect.objectContaining({ name: 'code', state: 'exited', pid: '-', last: tells ? 'exit:42' : 'unknown' }),
		expect.objectContaining({ name: 'killed', state: 'exited', last: tells ? 'signal:USR1' : 'unknown' }),
	]);
});

test('a watched process that ends is not restarted', async () => {
	const archon = await Archon.start();
	const stranger = exiting(1);
	await monitor(archon, [stranger.pidfd], 'x');
	stranger.tell();
	expect(await ask(archon, 'Wait', 'x', 'exited', '5s')).toBe('Ok');
	const events = await rows(archon, 'Events', 'names=x');
	expect(events.map((row) => row['type'])).toEqual(['process.monitored', 'process.exited']);
});

test('no descriptor is an Error', async () => {
	const archon = await Archon.start();
	expect(await ask(archon, 'MonitorFD')).toMatch(/^Error,.*descriptor/);
	expect(await ask(archon, 'MonitorFD', 'x')).toMatch(/^Error,.*descriptor/);
	expect(await names(archon)).toEqual([]);
});

test('more than one descriptor is an Error, and what was sent is closed', async () => {
	const archon = await Archon.start();
	for (const count of [2, 3, 16]) {
		const client = new Pass(archon, [`pass:${copies(count)}:MonitorFD,x\n`, 'line', 'gone']);
		expect(await client.replies()).toEqual([expect.stringMatching(/^Error,.*descriptor/)]);
		expect(await client.written).toBe('');
	}
	expect(await names(archon)).toEqual([]);
});

test('one that is no process is an Error, and what was sent is closed', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, ['pass:3:MonitorFD,x\n', 'line', 'gone']);
	expect(await client.replies()).toEqual([expect.stringMatching(/^Error,.*no process/)]);
	expect(await client.written).toBe('');
	for (const path of ['/dev/null', '/etc/passwd', '/proc/self', '/']) {
		expect(await monitor(archon, [openSync(path, 'r')])).toMatch(/^Error,.*no process/);
	}
	expect(await names(archon)).toEqual([]);
});

test('a second watch of one process is an Error, and what was sent is closed', async () => {
	const archon = await Archon.start();
	const { pid, pidfd } = sleeper();
	expect(await monitor(archon, [pidfd], 'one')).toBe('Ok');
	const held = pidfdsHeld(archon);
	expect(await monitor(archon, [pidfd], 'two')).toBe(
		`Error,"process ${pid} is watched already: it is called ""one"""`,
	);
	expect(await monitor(archon, [pidfdOf(pid)])).toMatch(/^Error,.*watched already/);
	expect(await names(archon)).toEqual(['one']);
	await until(() => pidfdsHeld(archon) === held);
});

test('a process of archon is watched already', async () => {
	const archon = await Archon.start();
	await ask(archon, 'StartDaemon', 'sleep,60', 'ARCHON_NAME=web');
	const pid = Number((await status(archon, 'web'))['pid']);
	expect(await monitor(archon, [pidfdOf(pid)])).toMatch(/^Error,.*watched already/);
});

test('one that has already ended is Ok and its event', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon);
	const stranger = exiting(5);
	stranger.tell();
	await stranger.gone();
	expect(await monitor(archon, [stranger.pidfd], 'late')).toBe('Ok');
	await watch.event('process.monitored', 'late');
	expect((await watch.event('process.exited', 'late')).at(-1)).toBe(tells ? 'exit=5' : 'status=unknown');
	expect(await status(archon, 'late')).toMatchObject({ state: 'exited', pid: '-' });
});

test('its descriptor is closed when it has ended', async () => {
	const archon = await Archon.start();
	const before = pidfdsHeld(archon);
	const stranger = exiting(0);
	await monitor(archon, [stranger.pidfd], 'x');
	expect(pidfdsHeld(archon)).toBe(before + 1);
	stranger.tell();
	expect(await ask(archon, 'Wait', 'x', 'exited', '5s')).toBe('Ok');
	expect(pidfdsHeld(archon)).toBe(before);
});

test('init, the keeper, the daemon, the minder and archon-log are refused', async () => {
	const archon = await Archon.start();
	for (const pid of [1, archon.keeper.pid ?? 0, ...childrenOf(archon.keeper.pid)]) {
		expect(await monitor(archon, [pidfdOf(pid)])).toBe(
			`Error,process ${pid} is not to be watched: it is archon itself or init`,
		);
	}
	expect(await names(archon)).toEqual([]);
});

test('one that nobody has reaped is running with the reason zombie: not reaped by PID', async () => {
	const archon = await Archon.start();
	const script = 'exec 3<&0; sh -c "read -r _; exit 9" <&3 & echo $!; wait $!; exec sleep 60';
	const parent = new Stranger('sh', '-c', script);
	const pid = Number(await parent.said.next());
	expect(await monitor(archon, [pidfdOf(pid)], 'x')).toBe('Ok');
	await stop(parent.pid);
	parent.tell();
	const zombie = {
		state: 'running',
		pid: String(pid),
		last: '-',
		reason: `zombie: not reaped by ${parent.pid}`,
	};
	await until(async () => (await status(archon, 'x'))['reason'] !== '');
	expect(await status(archon, 'x')).toMatchObject(zombie);
	process.kill(parent.pid, 'SIGCONT');
	expect(await ask(archon, 'Wait', 'x', 'exited', '5s')).toBe('Ok');
	expect(await status(archon, 'x')).toMatchObject({
		last: tells ? 'exit:9' : 'unknown',
		reason: tells ? '' : 'status unknown',
	});
});

test.skipIf(process.getuid?.() !== 0)(
	'a process of another user is refused to whom it does not belong',
	async () => {
		const archon = await Archon.start();
		const stranger = sleeper();
		const client = `${archon.directory}/archonctl`;
		copyFileSync(archonctl, client);
		chmodSync(archon.socket, 0o666);
		const asNobody = async (pid: number) => {
			const args = ['--socket', archon.socket, 'monitor-fd', '--name', `p${pid}`, '--pid', String(pid)];
			const child = spawn(client, args, { uid: 65_534, gid: 65_534, stdio: 'ignore', cwd: '/' });
			return (await once(child, 'exit'))[0];
		};
		expect(await asNobody(stranger.pid)).toBe(1);
		expect(await names(archon)).toEqual([]);
		const own = spawn('sleep', ['60'], { uid: 65_534, gid: 65_534 });
		onTestFinished(() => void own.kill());
		expect(await asNobody(own.pid ?? 0)).toBe(0);
		expect(await names(archon)).toEqual([`p${own.pid}`]);
	},
);
