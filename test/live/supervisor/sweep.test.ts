import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { Poller } from '../../../src/native/poller.ts';
import type { Cgroup } from '../../../src/supervisor/cgroup.ts';
import { Sweep } from '../../../src/supervisor/sweep.ts';
import { type Root, Tree } from '../../../src/supervisor/tree.ts';
import { Archon } from '../../archon.ts';
import { ask, daemon, status } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Watch } from '../../session/watch.ts';
import { Child, mapLedger } from '../marked.ts';
import { isAlive, Told } from '../told.ts';
import { cgroups, hasCgroups, within } from './cgroup-place.ts';

const term = 15;
const kill = 9;
const faults: unknown[] = [];
const poller = new Poller(native);
const ports = { native, poller, tree: new Tree(native, process.pid, () => false) };
const stubborn = 'trap "" TERM; echo ready; read -r _';

beforeAll(() => {
	mapLedger();
	poller.start((fault) => faults.push(fault));
});

/** A sweep that has begun, and what is to be awaited: its end. */
function sweeping(root: Root, signal: number) {
	const { promise, resolve } = Promise.withResolvers<void>();
	let isSwept = false;
	const sweep = new Sweep(ports, root, signal, () => {
		isSwept = true;
		resolve();
	});
	onTestFinished(() => sweep.stop());
	sweep.go();
	return { sweep, swept: promise, isSwept: () => isSwept };
}

/** Here the test is the keeper, and its own children are what was left behind. */
describe('a sweep', () => {
	it('is over at once when nothing is left', () => {
		const { sweep, isSwept } = sweeping({ pid: 1, start: 5 }, term);
		expect([isSwept(), sweep.waitsFor]).toEqual([true, []]);
	});

	it('signals everyone that is left, nobody else, and is over when they are gone', async () => {
		const left = [await Child.begin(undefined, { start: 6 }), await Child.begin(undefined, { start: 6 })];
		const other = await Child.begin(undefined, { start: 7 });
		const { sweep, swept, isSwept } = sweeping({ pid: 1, start: 6 }, term);
		expect([isSwept(), [...sweep.waitsFor].sort()]).toEqual([false, left.map(({ pid }) => pid).sort()]);
		await swept;
		expect(left.map(({ pid }) => isAlive(pid))).toEqual([false, false]);
		expect([isAlive(other.pid), sweep.waitsFor, faults]).toEqual([true, [], []]);
	});

	it('goes on for one that does not heed it, until the harder hand', async () => {
		const meek = await Child.begin(undefined, { start: 8 });
		const child = await Child.begin(stubborn, { start: 8 });
		const { sweep, swept, isSwept } = sweeping({ pid: 1, start: 8 }, term);
		await meek.gone;
		expect([isSwept(), isAlive(child.pid), sweep.waitsFor.includes(child.pid)]).toEqual([false, true, true]);
		sweep.go(kill);
		await swept;
		expect(isAlive(child.pid)).toBe(false);
	});

	it('finds what came up meanwhile with the harder hand, too', async () => {
		const child = await Child.begin(stubborn, { start: 9 });
		const { sweep, swept } = sweeping({ pid: 1, start: 9 }, term);
		const late = await Child.begin(stubborn, { start: 9 });
		expect(sweep.waitsFor.includes(late.pid)).toBe(false);
		sweep.go(kill);
		expect(sweep.waitsFor.includes(late.pid)).toBe(true);
		await swept;
		expect([child.pid, late.pid].map(isAlive)).toEqual([false, false]);
	});

	it('looks again when all it found are gone, for one of them may have started another', async () => {
		const child = await Child.begin(stubborn, { start: 10 });
		const { sweep, swept } = sweeping({ pid: 1, start: 10 }, term);
		const late = await Child.begin('trap "echo asked; exit" TERM; echo ready; read -r _', { start: 10 });
		for (const pid of sweep.waitsFor) {
			process.kill(pid, 'SIGKILL');
		}
		expect(await late.said.next()).toBe('asked');
		await swept;
		expect([child.pid, late.pid].map(isAlive)).toEqual([false, false]);
	});

	it('leaves it at that when it is told to', async () => {
		const child = await Child.begin(stubborn, { start: 11 });
		const { sweep, isSwept } = sweeping({ pid: 1, start: 11 }, term);
		expect(sweep.waitsFor).not.toEqual([]);
		sweep.stop();
		expect([sweep.waitsFor, isSwept(), isAlive(child.pid)]).toEqual([[], false, true]);
	});
});

/** A script that, asked to end, starts itself once more in a session of its own, so many times: `read` waits for it. */
function hydra(archon: Archon, told: Told): { script: string; read: string } {
	const script = `${archon.directory}/hydra`;
	const read = `read -r _ < ${script}.up`;
	execFileSync('mkfifo', [`${script}.up`]);
	// No child of its own: one just forked may swallow the signal with the trap that it has until exec.
	writeFileSync(
		script,
		`#!/bin/sh
trap 'if [ "$1" -gt 0 ]; then setsid -f "$0" $(($1 - 1)); ${read}; fi; exit' TERM
echo $$ > ${told.path}
echo up > "$0.up"
while :; do ${new Gate(archon).wait}; done
`,
	);
	chmodSync(script, 0o755);
	return { script, read };
}

test('a process that starts another whenever it is asked to end is ended with all of those', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	const { script, read } = hydra(archon, told);
	await daemon(archon, 'web', `setsid -f ${script} 5; ${read}; echo $$ > ${told.path}; exec sleep 60`);
	const first = await told.pids(2);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	const pids = [...first, ...(await told.pids(5))];
	expect(pids.map(isAlive)).toEqual(Array(7).fill(false));
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'signal:TERM', reason: '' });
});

test('one that would do so for ever is killed when its time is over', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	const { script, read } = hydra(archon, told);
	await daemon(archon, 'web', `setsid -f ${script} 1000000; ${read}; echo $$ > ${told.path}; exec sleep 60`);
	await told.pids(2);
	expect(await ask(archon, 'Stop', 'web', '300ms')).toBe('Ok');
	expect((await told.pids(2)).map(isAlive)).toEqual([false, false]);
	expect(commandsOf(script)).toEqual([]);
});

test('what is left is asked first, and killed when the time of the Stop is over', async () => {
	const archon = await Archon.start();
	const told = new Told(archon.directory);
	const { wait } = new Gate(archon);
	const left = `setsid -f sh -c 'trap "echo asked > ${told.path}" TERM; echo up > ${told.path}; while :; do ${wait}; done'`;
	await daemon(archon, 'web', `${left}; exec sleep 60`);
	expect(await told.next()).toBe('up');
	const stop = ask(archon, 'Stop', 'web', '300ms');
	expect(await told.next()).toBe('asked');
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopping', pid: '-', last: 'signal:TERM' });
	expect(await stop).toBe('Ok');
	expect(commandsOf(told.path)).toEqual([]);
});

test('nothing is started again before all that was left is gone', async () => {
	const archon = await Archon.start();
	const [told, watch] = [new Told(archon.directory), await Watch.begin(archon, 'names=web')];
	const left = `setsid -f sh -c 'trap "" TERM; echo $$ > ${told.path}; exec sleep 60'`;
	await daemon(archon, 'web', `${left}; exec sleep 60`);
	const [pid = 0] = await told.pids(1);
	expect(await ask(archon, 'Signal', 'web', 'KILL')).toBe('Ok');
	await watch.event('process.exited');
	expect([isAlive(pid), (await status(archon, 'web'))['state']]).toEqual([true, 'stopping']);
	process.kill(pid, 'SIGKILL');
	await watch.event('process.backoff');
	expect(isAlive(pid)).toBe(false);
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	await ask(archon, 'Stop', 'web', '0s');
});

/** The processes whose command line holds that text. */
function commandsOf(text: string): string[] {
	return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(text));
}

function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
	} catch {
		return ''; // gone meanwhile
	}
}

describe.skipIf(!hasCgroups)('a sweep of a control group', () => {
	const tree = `setsid sh -c 'trap "" TERM; echo ready; while :; do sleep 60 & wait; done' & wait`;

	it('signals all in it, by pidfd, and is over when they are gone', async () => {
		const cgroup = cgroups().of('web') as Cgroup;
		const { pid } = await within(cgroup, 'setsid -f sleep 60; echo ready; exec sleep 60');
		const other = await within(cgroups().of('web') as Cgroup, 'echo ready; exec sleep 60');
		const { sweep, swept } = sweeping({ pid, start: 30, cgroup }, term);
		expect(sweep.waitsFor).toHaveLength(2);
		await swept;
		expect([cgroup.pids(), isAlive(other.pid)]).toEqual([[], true]);
	});

	it('ends with the harder hand whatever forks and does not heed the first', async () => {
		const cgroup = cgroups().of('web') as Cgroup;
		const { pid } = await within(cgroup, tree);
		const { sweep, swept, isSwept } = sweeping({ pid, start: 31, cgroup }, term);
		expect(isSwept()).toBe(false);
		sweep.go(kill);
		await swept;
		expect(cgroup.pids()).toEqual([]);
	});

	it('does not signal who is no more in it', async () => {
		const cgroup = cgroups().of('web') as Cgroup;
		const { pid } = await within(cgroup, 'echo ready; exec sleep 60');
		const outside = await Child.begin(undefined, { start: 32 });
		const root = { pid, start: 32, cgroup };
		expect([ports.tree.open(outside.pid, root), ports.tree.left(root)]).toEqual([undefined, [pid]]);
		expect(ports.tree.whole(root)).toEqual([pid]);
	});
});
