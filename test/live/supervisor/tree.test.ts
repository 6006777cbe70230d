import { chmodSync, copyFileSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { formatArgs } from '../../../src/protocol/args.ts';
import { Tree } from '../../../src/supervisor/tree.ts';
import { Archon, temporary } from '../../archon.ts';
import { ask, daemon, status } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Watch } from '../../session/watch.ts';
import { Child, mapLedger } from '../marked.ts';
import { isAlive, Told } from '../told.ts';
import { until, zombie } from '../until.ts';

/** How a process may get away from the one that started it: shell, where CHILD is the one that gets away. */
const ways = {
	'in the background': 'CHILD &',
	'in a process group of its own': 'set -m; CHILD &',
	'in a session of its own': 'setsid CHILD &',
	'by a double fork': '(CHILD &)',
	'as daemons do, by a double fork in a session of its own': 'setsid -f CHILD',
	'the same with an empty environment': 'env -i /usr/bin/setsid -f CHILD',
	'as a child of one that got away': "setsid -f sh -c 'CHILD & wait'",
	'as another user': 'setpriv --reuid=65534 --clear-groups setsid -f CHILD',
} as const;

/** An archond and shell that leaves a process behind in that way; `told` hears the pids of those. */
async function leaving(
	way: string,
	start = () => Archon.start(),
): Promise<{ archon: Archon; told: Told; leave: string }> {
	const archon = await start();
	const told = new Told(archon.directory);
	const child = `${archon.directory}/child`;
	writeFileSync(child, `#!/bin/sh\necho $$ > ${told.path}\nexec sleep 60\n`);
	chmodSync(child, 0o755);
	chmodSync(told.path, 0o666);
	return { archon, told, leave: way.replaceAll('CHILD', child) };
}

const isRoot = process.getuid?.() === 0;

/** With control groups, where there are any, and without. */
const archons = { '': () => Archon.start(), ', without control groups,': () => Archon.ungrouped() };
const cases = Object.entries(ways).flatMap(([how, way]) =>
	Object.entries(archons).map(([where, start]) => [how + where, way, start] as const),
);

describe.each(cases)('what a process left behind %s', (_, way, start) => {
	const itIf = it.skipIf(way.includes('setpriv') && !isRoot);

	itIf('is gone when its Stop replies', async () => {
		const { archon, told, leave } = await leaving(way, start);
		await daemon(archon, 'web', `${leave}\nexec sleep 60`);
		const [pid = 0] = await told.pids(1);
		expect(isAlive(pid)).toBe(true);
		expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
		expect(isAlive(pid)).toBe(false);
	});

	itIf('is gone before anything follows from its end', async () => {
		const { archon, told, leave } = await leaving(way, start);
		const [gate, watch] = [new Gate(archon), await Watch.begin(archon, 'names=web')];
		await daemon(archon, 'web', `${leave}\n${gate.wait}; exit 3`, 'ARCHON_RESTART=never');
		const [pid = 0] = await told.pids(1);
		gate.open();
		await watch.event('process.exited');
		await watch.event('process.failed');
		expect(isAlive(pid)).toBe(false);
		expect(await status(archon, 'web')).toMatchObject({
			state: 'failed',
			last: 'exit:3',
			reason: 'ended with exit:3',
		});
	});
});

test('of one that ended with 0 the reason says what it left, until it is started again', async () => {
	const { archon, told, leave } = await leaving('(CHILD & CHILD &)');
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon, 'names=web')];
	await daemon(archon, 'web', `${leave}; ${gate.wait}; exit 0`);
	const pids = await told.pids(2);
	gate.open();
	expect(await ask(archon, 'Wait', 'web', 'exited')).toBe('Ok');
	expect(pids.map(isAlive)).toEqual([false, false]);
	const reason = 'left 2 processes: run it in the foreground';
	expect(await status(archon, 'web')).toMatchObject({ last: 'exit:0', reason });
	await watch.event('process.exited');
});

test('what a Run left behind is left alone, but for its own Stop', async () => {
	const { archon, told, leave } = await leaving('setsid -f CHILD');
	expect(await ask(archon, 'Run', formatArgs(['sh', '-c', leave]))).toBe('ExitStatus,0');
	const [pid = 0] = await told.pids(1);
	onTestFinished(() => void process.kill(pid, 'SIGKILL'));
	const run = ask(archon, 'Run', formatArgs(['sh', '-c', `${leave}; exec sleep 60`]), 'ARCHON_NAME=job');
	const [other = 0] = await told.pids(1);
	expect(await ask(archon, 'Stop', 'job')).toBe('Ok');
	expect(await run).toBe('ExitStatus,143');
	expect([pid, other].map(isAlive)).toEqual([true, false]);
});

test('the end of one daemon touches neither another nor what that left running, nor archon itself', async () => {
	const { archon, told, leave } = await leaving('setsid -f CHILD');
	for (const name of ['a', 'b']) {
		await daemon(archon, name, `${leave}; exec sleep 60`);
	}
	const pids = await told.pids(2);
	const own = childrenOf(archon.keeper.pid).filter((pid) => !pids.includes(pid));
	expect(own).toHaveLength(5);
	expect(await ask(archon, 'Stop', 'a')).toBe('Ok');
	expect(pids.filter(isAlive)).toHaveLength(1);
	expect(own.filter(isAlive)).toHaveLength(4);
	expect(await status(archon, 'b')).toMatchObject({ state: 'running', restarts: '0' });
});

function childrenOf(pid: number | undefined): number[] {
	return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
}

/** Here the test is the keeper, and processes of its own are what was left behind. */
describe('a stranger is told from what was left', () => {
	let isMain: (pid: number) => boolean;
	let tree: Tree;
	beforeAll(() => void mapLedger());
	beforeEach(() => {
		isMain = () => false;
		tree = new Tree(native, process.pid, (pid) => isMain(pid));
	});

	it('by the mark, whatever its session', async () => {
		const child = await Child.begin(undefined, { start: 17 });
		expect(tree.left({ pid: 1, start: 17 })).toEqual([child.pid]);
		expect(tree.left({ pid: 1, start: 18 })).toEqual([]);
	});

	it('by the session or the group where there is no mark', async () => {
		const child = await Child.begin();
		expect(tree.left({ pid: child.pid, start: 27 })).toEqual([child.pid]);
		expect(tree.left({ pid: child.pid + 1, start: 27 })).toEqual([]);
	});

	it('by the mark of another start, though its session has that very number', async () => {
		const child = await Child.begin(undefined, { start: 38 });
		const root = { pid: child.pid, start: 37 };
		expect(tree.left(root)).toEqual([]);
		expect(tree.open(child.pid, root)).toBeUndefined();
	});

	it('by being the main process of somebody', async () => {
		const child = await Child.begin(undefined, { start: 47 });
		isMain = (pid) => pid === child.pid;
		expect(tree.left({ pid: child.pid, start: 47 })).toEqual([]);
	});

	it('with its descendants, whatever their session and mark', async () => {
		const script = 'setsid sh -c "prlimit --locks=5:5 --pid \\$\\$; echo \\$\\$; exec sleep 60" & wait';
		const child = await Child.begin(`echo ready; ${script}`, { start: 57 });
		const below = Number(await child.said.next());
		onTestFinished(() => void process.kill(below, 'SIGKILL'));
		expect(tree.left({ pid: 1, start: 57 })).toEqual([child.pid, below]);
	});

	it('though its name looks like the fields of another', async () => {
		const program = `${temporary()}/x) S 1 1 1 (`;
		copyFileSync('/bin/sleep', program);
		const child = await Child.begin(`echo ready; exec "${program}" 60`);
		await until(() => readFileSync(`/proc/${child.pid}/comm`, 'latin1').startsWith('x) S'));
		expect(tree.left({ pid: child.pid, start: 67 })).toEqual([child.pid]);
	});

	it('and a zombie is not left any more', async () => {
		const parent = await Child.begin('echo ready; sh -c "echo \\$\\$" & read -r _; wait', { start: 77 });
		const pid = Number(await parent.said.next());
		await zombie(pid);
		expect(tree.left({ pid: 1, start: 77 })).toEqual([parent.pid]);
	});

	it('and a pidfd is held of it alone', async () => {
		const child = await Child.begin(undefined, { start: 87 });
		const before = pidfds();
		const pidfd = tree.open(child.pid, { pid: 1, start: 87 }) ?? -1;
		expect(native.pidfdInfo(pidfd)).toMatchObject({ pid: child.pid });
		native.close(pidfd);
		expect(tree.open(child.pid, { pid: 1, start: 88 })).toBeUndefined();
		await child.end();
		expect(tree.open(child.pid, { pid: 1, start: 87 })).toBeUndefined();
		expect(pidfds()).toBe(before);
	});
});

function pidfds(): number {
	const links = readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`));
	return links.filter((link) => link.includes('pidfd')).length;
}

function linkOf(path: string): string {
	try {
		return readlinkSync(path);
	} catch {
		return '';
	}
}
