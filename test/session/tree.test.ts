import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { Archon } from '../archon.ts';
import { ask, daemon, rows, status, statusAt } from './ask.ts';
import { Ear } from './ear.ts';
import { Gate } from './gate.ts';
import { Watch } from './watch.ts';

/** An archond with a gate, where main processes wait to end, and an ear, which the programs tell their pids. */
async function begin() {
	const archon = await Archon.start();
	const [gate, ear] = [new Gate(archon), new Ear(archon)];
	// Nothing is ever written there. A child that a shell starts may miss a signal until it runs its program: none is.
	execFileSync('mkfifo', [`${archon.directory}/never`]);
	const idle = `exec 8<> ${archon.directory}/never; while :; do read -r _ <&8; done`;
	const program = (name: string, script: string) => {
		writeFileSync(`${archon.directory}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
		return `${archon.directory}/${name}`;
	};
	const child = program('child', `echo $$ ${ear.tell}; exec sleep 60`);
	/** Ends when it is told to and the gate was opened; says when it was told to. */
	const slow = program(
		'slow',
		`trap 'echo 0 ${ear.tell}; ${gate.wait}; exit' TERM; echo $$ ${ear.tell}; ${idle}`,
	);
	const stubborn = program('stubborn', `trap '' TERM; echo $$ ${ear.tell}; exec sleep 60`);
	return { archon, gate, ear, idle, program, child, slow, stubborn };
}

/** Those of these processes that have not ended. What is still there when the test has finished is killed. */
function alive(pids: readonly number[]): number[] {
	const left = pids.filter((pid) => isAlive(pid));
	onTestFinished(() => {
		for (const pid of left.filter(isAlive)) {
			process.kill(pid, 'SIGKILL');
		}
	});
	return left;
}

/** Whether it is there and no zombie: proc_pid_stat(5). */
function isAlive(pid: number): boolean {
	try {
		return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
	} catch {
		return false;
	}
}

async function typesOf(archon: Archon, name: string): Promise<string[]> {
	return (await rows(archon, 'Events', `names=${name}`)).map(
		(row) => row['type']?.replace('process.', '') ?? '',
	);
}

test.each([
	['a child', 1, 'CHILD &'],
	['several children', 3, 'CHILD & CHILD & CHILD &'],
	['a child of a child, both there', 2, 'sh -c "CHILD & exec CHILD" &'],
	['a child in a process group of its own', 1, 'set -m; CHILD &'],
	['a child in a session of its own', 1, 'setsid CHILD &'],
	['what forked twice, into a session of its own', 1, '(setsid CHILD &);'],
	[
		'what forked twice, without its environment and directory',
		1,
		'(cd /tmp; env -i /usr/bin/setsid -f CHILD);',
	],
	['a session with a child in another one', 2, 'setsid sh -c "setsid CHILD & exec CHILD" &'],
])(
	'when the main process of a daemon ends, what remains of its tree is ended too: %s',
	async (_, count, way) => {
		const { archon, gate, ear, child } = await begin();
		await daemon(archon, 'web', `${way.replaceAll('CHILD', child)} ${gate.wait}; exit 0`);
		const pids = await ear.numbers(count);
		expect(alive(pids)).toEqual(pids);
		gate.open();
		expect(await ask(archon, 'Wait', 'web', 'exited', '5s')).toBe('Ok');
		expect(alive(pids)).toEqual([]);
	},
);

test('what remains of its tree is ended by TERM, before the state changes further', async () => {
	const { archon, gate, ear, slow } = await begin();
	await daemon(archon, 'web', `${slow} & ${gate.wait}; exit 1`);
	const pids = await ear.numbers(1);
	gate.open();
	expect(await ear.hears()).toBe('0');
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopping', pid: '-', last: 'exit:1' });
	expect(await typesOf(archon, 'web')).toEqual(['starting', 'started', 'ready', 'exited']);
	const watch = await Watch.begin(archon, 'names=web');
	gate.open();
	await watch.event('process.backoff');
	expect(alive(pids)).toEqual([]);
	await ask(archon, 'Stop', 'web', '0s');
});

test('what remains of its tree is ended by KILL after the stop timeout', async () => {
	const { archon, gate, ear, stubborn } = await begin();
	await daemon(archon, 'web', `${stubborn} & setsid ${stubborn} & ${gate.wait}; exit 0`);
	const pids = await ear.numbers(2);
	const watch = await Watch.begin(archon);
	gate.open();
	await watch.event('process.exited', 'web');
	expect(alive(pids)).toEqual(pids);
	// Ten seconds unless a Stop says otherwise.
	expect(await ask(archon, 'Stop', 'web', '50ms')).toBe('Ok');
	expect(alive(pids)).toEqual([]);
});

test('what it starts while it is being ended is ended, too', async () => {
	const { archon, gate, ear, idle, child, program } = await begin();
	const phoenix = program(
		'phoenix',
		`trap 'setsid ${child} & ${gate.wait}; exit' TERM; echo $$ ${ear.tell}; ${idle}`,
	);
	await daemon(archon, 'web', `${phoenix} & ${gate.wait}; exit 0`);
	const old = await ear.numbers(1);
	gate.open();
	const young = await ear.numbers(1);
	expect(alive([...old, ...young])).toEqual([...old, ...young]);
	gate.open();
	expect(await ask(archon, 'Wait', 'web', 'exited', '5s')).toBe('Ok');
	expect(alive([...old, ...young])).toEqual([]);
});

test.each([
	[1, 'CHILD &', '1 process'],
	[3, 'CHILD & CHILD & setsid CHILD &', '3 processes'],
	[2, 'sh -c "CHILD & exec CHILD" &', '2 processes'],
])('if it ended with 0 and left any, the reason says how many: %i', async (count, way, told) => {
	const { archon, gate, ear, child } = await begin();
	await daemon(archon, 'web', `${way.replaceAll('CHILD', child)} ${gate.wait}; exit 0`);
	await ear.numbers(count);
	gate.open();
	expect(await ask(archon, 'Wait', 'web', 'exited', '5s')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({
		state: 'exited',
		last: 'exit:0',
		reason: `left ${told}: run it in the foreground`,
	});
});

test('the reason says so also when it is to be started again', async () => {
	const { archon, gate, ear, child } = await begin();
	await daemon(archon, 'web', `${child} & ${gate.wait}; exit 0`, 'ARCHON_RESTART=always');
	await ear.numbers(1);
	const { reason } = await statusAt(archon, 'web', ['backoff'], () => gate.open());
	expect(reason).toMatch(/^left 1 process: run it in the foreground; starts again in \d+ms$/);
});

test('the reason says nothing of that when it left none, or failed', async () => {
	const { archon, gate, ear, child } = await begin();
	await daemon(archon, 'none', `${gate.wait}; exit 0`);
	await daemon(archon, 'failed', `${child} & ${gate.wait}; exit 1`, 'ARCHON_RESTART=never');
	await ear.numbers(1);
	gate.open();
	gate.open();
	expect(await ask(archon, 'Wait', 'none', 'exited', '5s')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'failed', 'failed', '5s')).toBe('Ok');
	expect((await status(archon, 'none'))['reason']).toBe('');
	expect((await status(archon, 'failed'))['reason']).toBe('ended with exit:1');
});

test('the tree of another daemon, and what a Run started, are left alone', async () => {
	const { archon, gate, ear, child } = await begin();
	const watch = await Watch.begin(archon);
	const tree = `${child} & setsid ${child} &`;
	await daemon(archon, 'other', `${tree} exec sleep 60`);
	void ask(archon, 'Run', formatArgs(['sh', '-c', `${tree} exec sleep 60`]), 'ARCHON_NAME=run');
	await watch.event('process.started', 'run');
	await ask(archon, 'Run', formatArgs(['sh', '-c', tree]));
	const pids = await ear.numbers(6);
	await daemon(archon, 'web', `${gate.wait}; exit 0`);
	gate.open();
	expect(await ask(archon, 'Wait', 'web', 'exited', '5s')).toBe('Ok');
	expect(alive(pids)).toEqual(pids);
});

test('Stop ends session, process group and re-parented descendants', async () => {
	const { archon, ear, child, stubborn } = await begin();
	await daemon(archon, 'web', `(setsid ${child} &); set -m; ${child} & ${stubborn} & exec sleep 60`);
	const pids = await ear.numbers(3);
	expect(await ask(archon, 'Stop', 'web', '100ms')).toBe('Ok');
	expect(alive(pids)).toEqual([]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'signal:TERM' });
});

test('Stop with 0s kills all of it at once', async () => {
	const { archon, ear, slow, stubborn } = await begin();
	await daemon(archon, 'web', `${slow} & exec ${stubborn}`);
	const pids = await ear.numbers(2);
	expect(await ask(archon, 'Stop', 'web', '0s')).toBe('Ok');
	expect(alive(pids)).toEqual([]);
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped', last: 'signal:KILL' });
});

test('Stop of a Run ends its tree, and its client still gets the ExitStatus', async () => {
	const { archon, ear, idle, child } = await begin();
	const script = `trap 'exit 5' TERM; setsid ${child} & ${child} & ${idle}`;
	const reply = ask(archon, 'Run', formatArgs(['sh', '-c', script]), 'ARCHON_NAME=job');
	const pids = await ear.numbers(2);
	expect(await ask(archon, 'Stop', 'job')).toBe('Ok');
	expect(await reply).toBe('ExitStatus,5');
	expect(alive(pids)).toEqual([]);
	expect(await rows(archon, 'Status')).toEqual([]);
});
