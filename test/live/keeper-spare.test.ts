import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { release } from 'node:os';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, pidOf } from '../session/ask.ts';
import { crash, daemonPid } from './crash.ts';
import type { Puppet } from './puppet.ts';
import { type Keeper, parentOf, Stage } from './stage.ts';
import { until } from './until.ts';

const killed = 'archond: the daemon was ended by signal KILL: starting it again';

test('the next daemon is there before the one before has ended, and begins when it has', async () => {
	const stage = new Stage();
	const { keeper, daemon, spare } = await ahead(stage);
	expect(isAhead(spare.pid)).toBe(true);
	expect(await daemon.head()).toMatchObject({ daemon: daemon.pid, generation: 1 });
	process.kill(daemon.pid, 'SIGKILL');
	expect(await spare.order('receive')).toBe('Begin');
	expect(await keeper.err.next()).toBe(killed);
	expect(await spare.head()).toMatchObject({ daemon: spare.pid, generation: 2 });
	expect(await spare.hello()).toBe('Ready');
	// From here on it is a daemon like any other.
	process.kill(spare.pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe(killed);
	await comesUp(await stage.daemon());
});

test('one that was of no use yet has none', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await loseThread(stage, keeper, daemon);
	process.kill(daemon.pid, 'SIGKILL');
	await comesUp(await stage.daemon());
});

test('nor has one that has said that it is the last', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.order('answer');
	await daemon.send('Quit');
	await loseThread(stage, keeper, daemon);
	expect(childrenOf(keeper.pid)).toEqual([]);
	daemon.exit(0);
	expect(await keeper.ended).toBe(0);
});

test.each([
	['Quit', 'nothing comes'],
	['Upgrade', 'another program comes'],
])('after %s %s, and the spare goes', async (word) => {
	const stage = new Stage();
	const { keeper, daemon, spare } = await ahead(stage);
	await daemon.send(word);
	daemon.exit(0);
	await spare.gone;
	if (word === 'Quit') {
		expect(await keeper.ended).toBe(0);
	} else {
		await comesUp(await stage.daemon());
	}
});

test('a spare that has ended is not waited for', async () => {
	const stage = new Stage();
	const { keeper, daemon, spare } = await ahead(stage);
	process.kill(spare.pid, 'SIGKILL');
	await until(() => parentOf(spare.pid) === undefined);
	process.kill(daemon.pid, 'SIGKILL');
	expect(await keeper.err.next()).toBe(killed);
	await comesUp(await stage.daemon());
});

test('it ends with the keeper', async () => {
	const stage = new Stage();
	const { keeper, spare } = await ahead(stage);
	process.kill(keeper.pid, 'SIGKILL');
	await spare.gone;
});

test('more than two threads are not watched', async () => {
	const stage = new Stage();
	const { keeper, daemon } = await stage.ready();
	await daemon.send('Threads', 4, 4, 4);
	expect(await keeper.err.next()).toBe('archond: ignored from the daemon: "Threads" with 3 descriptors');
});

const [major = 0, minor = 0] = release().split('.').map(Number);
test.skipIf(major < 6 || (major === 6 && minor < 9))('Node itself is started ahead', async () => {
	const archon = await Archon.configured('[service.a]\nrun = ["sleep", "60"]\n');
	await ask(archon, 'Wait', 'a', 'running');
	const pid = await pidOf(archon, 'a');
	const ahead: boolean[] = [];
	// Where the end of the whole daemon comes with that of its threads, none is: not each time.
	for (let times = 0; times < 5; times++) {
		await until(() => pidfdsOf(minderOf(archon.keeper.pid ?? 0)) === 2);
		await crash(archon);
		expect(await pidOf(archon, 'a')).toBe(pid);
		ahead.push(isAhead(daemonPid(archon)));
	}
	expect(ahead).toContain(true);
});

/** It was started when it was needed, not ahead, and gets its answer. */
async function comesUp(daemon: Puppet): Promise<void> {
	expect(isAhead(daemon.pid)).toBe(false);
	expect(await daemon.hello()).toBe('Ready');
}

/** A daemon of which the keeper believes that it is ending, and the spare that waits for its end. */
async function ahead(stage: Stage) {
	const { keeper, daemon } = await stage.ready();
	await daemon.order('answer');
	await loseThread(stage, keeper, daemon);
	return { keeper, daemon, spare: await stage.daemon() };
}

/**
 * In place of a thread the minder watches the keeper's socket, where somebody waits; resolves when it has seen that: the
 * first answer comes after it was told, and before the third it has looked at all there was at the second.
 */
async function loseThread(stage: Stage, keeper: Keeper, daemon: Puppet): Promise<void> {
	await once(stage.client(), 'connect');
	await daemon.send('Threads', 4);
	for (let i = 0; i < 3; i++) {
		await daemon.send('Nothing', 4);
		expect(await keeper.err.next()).toBe('archond: ignored from the daemon: "Nothing" with 1 descriptors');
	}
}

function isAhead(pid: number): boolean {
	return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('\0--stand-by\0');
}

/** Those of which nothing is known here: neither the minder, the daemon nor archon-log, which come first. */
function childrenOf(keeper: number): string[] {
	const children = readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'latin1').trim();
	return children.split(' ').slice(3);
}

/** The oldest child. */
function minderOf(keeper: number): number {
	return Number(readFileSync(`/proc/${keeper}/task/${keeper}/children`, 'latin1').split(' ')[0]);
}

function pidfdsOf(pid: number): number {
	return readdirSync(`/proc/${pid}/fd`).filter((fd) => nameOf(pid, fd) === 'anon_inode:[pidfd]').length;
}

/** Empty where it was closed meanwhile. */
function nameOf(pid: number, fd: string): string {
	try {
		return readlinkSync(`/proc/${pid}/fd/${fd}`);
	} catch {
		return '';
	}
}
