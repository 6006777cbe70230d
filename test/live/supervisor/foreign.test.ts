import { openSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { report } from '../../../src/supervisor/report.ts';
import { exiting, Stranger, sleeper, tells } from '../../session/foreign.ts';
import { stop, until } from '../until.ts';
import { supervised } from './parts.ts';

const root = 0;

/** A descriptor of a process to give away. */
function pidfdOf(pid: number): number {
	return native.pidfdOpen(pid);
}

function isOpen(fd: number): boolean {
	try {
		return readlinkSync(`/proc/self/fd/${fd}`) !== '';
	} catch {
		return false;
	}
}

/** The state that `Status` shows, and why. */
function shown({ table }: ReturnType<typeof supervised>, name: string): unknown[] {
	const [row] = report(table, name) as unknown[][];
	return [row?.[2], row?.[6], row?.[7]];
}

test('a process is watched under its comm until it ends, and its end is told with its status', async () => {
	const parts = supervised();
	const stranger = exiting(7);
	expect(parts.supervisor.foreign.monitor(pidfdOf(stranger.pid), undefined, root)).toBeUndefined();
	const entry = parts.table.get('sh');
	expect([entry?.kind, entry?.process?.pid, entry?.process?.start]).toEqual(['foreign', stranger.pid, -1]);
	stranger.tell();
	expect(await parts.supervisor.wait(entry as NonNullable<typeof entry>, 'exited', 5000)).toBeUndefined();
	expect(parts.told()).toEqual([
		`process.monitored sh pid=${stranger.pid}`,
		`process.exited sh pid=${stranger.pid} ${tells ? 'exit=7' : 'status=unknown'}`,
	]);
	expect(shown(parts, 'sh')).toEqual(['exited', tells ? 'exit:7' : 'unknown', tells ? '' : 'status unknown']);
	expect(parts.faults).toEqual([]);
});

test('its uptime is that of the process, not that of the watching', async () => {
	const parts = supervised();
	const before = Date.now();
	parts.supervisor.foreign.monitor(pidfdOf(process.ppid), 'parent', root);
	const since = parts.table.get('parent')?.process?.since ?? before;
	expect(before - since).toBeGreaterThan(performance.now() - 1000);
	expect(before - since).toBeLessThan(3_600_000);
	// It is ours and goes on: let go of it.
	native.close(parts.table.get('parent')?.process?.pidfd ?? -1);
});

test('what is refused is closed: no process, init, archon itself, and one that is watched already', async () => {
	const parts = supervised();
	const { foreign } = parts.supervisor;
	const [stranger, logger, minder] = [sleeper(), sleeper(), sleeper()];
	new Int32Array(parts.memory)[48 / 4] = logger.pid;
	new Int32Array(parts.memory)[188 / 4] = minder.pid;
	foreign.monitor(pidfdOf(stranger.pid), 'x', root);
	const own = /is not to be watched: it is archon itself or init$/;
	const refused: [number, RegExp][] = [
		[openSync('/dev/null', 'r'), /^the descriptor is no process/],
		[pidfdOf(1), own],
		[pidfdOf(process.pid), own],
		[pidfdOf(logger.pid), own],
		[pidfdOf(minder.pid), own],
		[pidfdOf(stranger.pid), /is watched already: it is called "x"$/],
	];
	for (const [fd, reason] of refused) {
		expect(foreign.monitor(fd, undefined, root)).toEqual({ refused: expect.stringMatching(reason) });
		await until(() => !isOpen(fd));
	}
	new Int32Array(parts.memory)[48 / 4] = 0;
	const other = pidfdOf(sleeper().pid);
	expect(foreign.monitor(other, 'x', root)).toEqual({
		refused: expect.stringMatching(/^the name "x" is taken/),
	});
	await until(() => !isOpen(other));
	expect(parts.table.all().map(({ name }) => name)).toEqual(['x']);
});

test('a process belongs to whom it runs as, and to root', () => {
	const parts = supervised();
	const { foreign } = parts.supervisor;
	const uid = process.getuid?.() ?? 0;
	const stranger = sleeper();
	expect(foreign.monitor(pidfdOf(stranger.pid), undefined, uid + 1)).toEqual({
		refused: `process ${stranger.pid} is not yours: it runs as uid ${uid}`,
	});
	expect(foreign.monitor(pidfdOf(stranger.pid), undefined, uid)).toBeUndefined();
});

test('one that is dead and reaped has ended, whatever was its name', async () => {
	const parts = supervised();
	const stranger = exiting(4);
	const pidfd = pidfdOf(stranger.pid);
	stranger.tell();
	await stranger.gone();
	expect(parts.supervisor.foreign.monitor(pidfd, undefined, root)).toBeUndefined();
	const entry = parts.table.get('process');
	expect(await parts.supervisor.wait(entry as NonNullable<typeof entry>, 'exited', 5000)).toBeUndefined();
	expect(shown(parts, 'process')).toEqual([
		'exited',
		tells ? 'exit:4' : 'unknown',
		tells ? '' : 'status unknown',
	]);
	expect(isOpen(pidfd)).toBe(false);
});

test('a zombie is told as such, and its end when it is reaped', async () => {
	const parts = supervised();
	const script = 'exec 3<&0; sh -c "read -r _; exit 9" <&3 & echo $!; wait $!; exec sleep 60';
	const parent = new Stranger('sh', '-c', script);
	const pid = Number(await parent.said.next());
	parts.supervisor.foreign.monitor(pidfdOf(pid), 'x', root);
	await stop(parent.pid);
	parent.tell();
	await until(() => parts.table.get('x')?.remark !== '');
	expect(shown(parts, 'x')).toEqual(['running', '-', `zombie: not reaped by ${parent.pid}`]);
	process.kill(parent.pid, 'SIGCONT');
	const entry = parts.table.get('x');
	expect(await parts.supervisor.wait(entry as NonNullable<typeof entry>, 'exited', 5000)).toBeUndefined();
	expect(shown(parts, 'x')).toEqual(['exited', tells ? 'exit:9' : 'unknown', tells ? '' : 'status unknown']);
});

test('a Stop of a zombie that nobody reaps says who has to', async () => {
	const parts = supervised();
	const script = 'exec 3<&0; sh -c "read -r _; exit 9" <&3 & echo $!; wait $!; exec sleep 60';
	const parent = new Stranger('sh', '-c', script);
	const pid = Number(await parent.said.next());
	parts.supervisor.foreign.monitor(pidfdOf(pid), 'x', root);
	await stop(parent.pid);
	parent.tell();
	await until(() => parts.table.get('x')?.remark !== '');
	const entry = parts.table.get('x') as NonNullable<ReturnType<typeof parts.table.get>>;
	expect(await parts.supervisor.orders.stop([entry], 0)).toEqual({
		refused: `"x" is still there after KILL: ${pid} (it has ended: a zombie until its parent ${parent.pid} reaps it or ends)`,
	});
	process.kill(parent.pid, 'SIGCONT');
	expect(await parts.supervisor.wait(entry, 'stopped', 5000)).toBeUndefined();
});

test('the keeper holds the pidfd of one that has ended until its end is told', async () => {
	const parts = supervised();
	const stranger = exiting(3);
	const atOnce: (string | undefined)[][] = [];
	expect(parts.supervisor.foreign.monitorPid(stranger.pid, 'x', root)).toBeUndefined();
	expect(parts.held).toEqual(['Store,k0']);
	parts.batch.before((events) => atOnce.push([events.at(-1)?.type, parts.held.at(-1)]));
	stranger.tell();
	await stranger.gone();
	await until(() => parts.table.get('x')?.life.state.tag === 'exited');
	await until(() => parts.held.at(-1) === 'Drop,k0');
	expect(atOnce).toContainEqual(['process.exited', 'Store,k0']);
});
