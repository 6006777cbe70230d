import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Stage } from './stage.ts';
import { asleep, sleeps, stop } from './until.ts';

// How long the keeper waits is what most of these are about, and much of it is that nothing happens meanwhile: where
// they wait by time, no event could tell it.

/** What is said of one that was stopped (proc_pid_stat(5), proc_pid_wchan(5)). */
const hangs = hangsFor(5, 'T in \\S+');
const again = 'archond: the daemon was ended by signal KILL: starting it again';

test('a stopped daemon is killed when somebody has waited for 5 s, and another comes', {
	timeout: 20_000,
}, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.watched();
	await setTimeout(2500); // nobody waits: that it does nothing is as it should be
	await stop(daemon.pid);
	const since = performance.now();
	stage.client();
	expect(await keeper.err.next()).toMatch(hangs);
	expect(performance.now() - since).toBeGreaterThan(4900);
	expect(await keeper.err.next()).toBe(again);
	const next = await stage.daemon();
	await next.hello();
	expect(Number(await next.order('accept'))).toBeGreaterThan(0);
});

test('one that says where it is waited for only when the keeper has looked before is watched too', {
	timeout: 20_000,
}, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await asleep(keeper.pid);
	stage.client();
	await daemon.watched();
	await stop(daemon.pid);
	expect(await keeper.err.next()).toMatch(hangs);
	expect(await keeper.err.next()).toBe(again);
});

test('one that is busy for longer in all, but does something now and then, is not', {
	timeout: 20_000,
}, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.watched();
	stage.client(); // taken never
	for (let i = 0; i < 3; i++) {
		await setTimeout(2500);
		await daemon.order('beat');
	}
	expect(await daemon.order('accept')).not.toBe('-1');
	expect(keeper.child.exitCode).toBeNull();
	expect(await wakes(keeper.pid, 2500)).toBe(0);
});

test('nor one for which nothing waits any more after it was busy', { timeout: 20_000 }, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.watched();
	stage.client();
	await setTimeout(3000);
	await daemon.order('accept');
	await setTimeout(3500);
	stage.client();
	await setTimeout(3000);
	expect(Number(await daemon.order('accept'))).toBeGreaterThan(0);
	expect(keeper.child.exitCode).toBeNull();
});

test('a daemon that is to end, and does not, is killed', { timeout: 20_000 }, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.send('Watch', 6);
	await daemon.hello();
	await stop(daemon.pid);
	keeper.child.kill('SIGTERM');
	expect(await keeper.err.next()).toMatch(hangs);
	const next = await stage.daemon();
	expect(await next.signalAtHello()).toBe('TERM');
	await next.send('Watch', 6);
	await next.send('Quit');
	await stop(next.pid);
	expect(await keeper.err.next()).toBe(again);
	expect(await keeper.err.next()).toMatch(hangs);
	expect(await keeper.ended).toBe(0);
});

test('one that stops before its Hello is waited for by the keeper, longer while Node may load it', {
	timeout: 40_000,
}, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	process.kill(daemon.pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe(again);
	const next = await stage.daemon();
	await setTimeout(6500);
	await next.order('beat');
	await stop(next.pid);
	expect(await keeper.err.next()).toMatch(hangs);
	expect(await keeper.err.next()).toBe(again);
	// It may have been about to come up: the next one has more time.
	const third = await stage.daemon();
	await third.order('beat');
	await stop(third.pid);
	expect(await keeper.err.next()).toMatch(hangsFor(10, 'T in \\S+'));
	expect(await (await stage.daemon()).hello()).toBe('Ready');
});

test('what a daemon waits for a processor does not count, and one that only keeps it busy is killed', {
	timeout: 300_000,
}, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.watched();
	// Both on one processor, of which the daemon has what another leaves.
	const [, cpu = '0'] =
		/^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
	// Each in a session of its own: those may share a processor evenly (sched_autogroup), whatever the class.
	const busy = ['--cpu-list', cpu, 'sh', '-c', 'while :; do :; done'];
	const others = Array.from({ length: 6 }, () => spawn('taskset', busy, { detached: true }));
	onTestFinished(() => others.forEach((it) => void it.kill('SIGKILL')));
	execFileSync('taskset', ['--cpu-list', '--pid', cpu, String(daemon.pid)]);
	// Of the idle class it may not run at all.
	execFileSync('chrt', ['--idle', '--pid', '0', String(daemon.pid)]);
	expect(await daemon.order('spin')).toBe('spins');
	stage.client();
	const said = keeper.err.next();
	// That nothing is said is no event: this is longer than the 5 s that would be too much of anything else. Where
	// sessions share a processor evenly it has a seventh of it.
	expect(await Promise.race([said, setTimeout(7000, 'nothing')])).toBe('nothing');
	for (const other of others) {
		other.kill('SIGKILL');
	}
	execFileSync('chrt', ['--other', '--pid', '0', String(daemon.pid)]);
	expect(await said).toMatch(hangsFor(5, 'R in user space'));
});

test('of two that it is to watch the keeper watches the later', { timeout: 20_000 }, async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.send('Watch', 6);
	await daemon.watched();
	await asleep(keeper.pid);
	await daemon.send('Watch');
	expect(await keeper.err.next()).toBe('archond: ignored from the daemon: "Watch" with 0 descriptors');
	await stop(daemon.pid);
	stage.client();
	expect(await keeper.err.next()).toMatch(hangs);
});

function hangsFor(seconds: number, state: string): RegExp {
	const text = `the daemon has done nothing for ${seconds} s, though it is waited for: killing it`;
	return new RegExp(`^archond: ${text} \\(state ${state}, has run for \\d+ ms\\)$`);
}

/** How often a process was woken within that time. */
async function wakes(pid: number, time: number): Promise<number> {
	await asleep(pid); // it may still look once
	const before = sleeps(pid);
	await setTimeout(time); // no event tells that there was none
	return sleeps(pid) - before;
}
