import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { Spawned } from '../../../src/sources/spawned.ts';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';
import { closing, faults, Heard, want } from './heard.ts';
import { program, sleeping } from './program.ts';

const probe = native.procsOpen();
if (probe >= 0) {
	native.procsClose(probe);
}
/** Visible in the report: on a machine whose kernel does not tell us, these say nothing. */
const told = test.skipIf(probe < 0);

function glob(text: string) {
	return { is: 'glob', glob: text } as const;
}

/** A source that hears of the whole machine, but for these of ours. */
function spawnedBy(ours: ReadonlySet<number> = new Set(), more: object = {}) {
	const heard = new Heard();
	const source = closing(
		new Spawned({
			...heard.ports,
			isOurs: (pid) => ours.has(pid),
			keeper: process.pid,
			every: () => 100,
			...more,
		}),
	);
	return { heard, source };
}

function descriptors(): number {
	return readdirSync('/proc/self/fd').length;
}

told(
	'a program that somebody else starts is told with all that is known of it, and then its end',
	async () => {
		const { heard, source } = spawnedBy();
		const path = program('archon-a');
		source.want([want('process.spawned', { name: glob('archon-a') })]);
		const child = spawn(path, ['60'], { stdio: 'ignore' });
		const about = `pid=${child.pid} ppid=${process.pid} uid=${process.getuid?.()} exe=${path} command=${path} 60`;
		expect(await heard.line('process.spawned')).toBe(`process.spawned archon-a ${about}`);
		child.kill('SIGTERM');
		expect(await heard.line('process.exited')).toBe(`process.exited archon-a ${about} signal=TERM`);
		expect(heard.lines).toHaveLength(2);
	},
);

told('a server is told when it appears and when it is gone', async () => {
	const { heard, source } = spawnedBy();
	const port = await freePort();
	source.want([want('process.spawned', { name: glob('redis-serv*'), command: glob(`*${port}*`) })]);
	const child = spawn('redis-server', ['--port', String(port), '--save', ''], {
		stdio: 'ignore',
		cwd: temporary(),
	});
	await heard.line('process.spawned', 'redis-server', ` pid=${child.pid} `);
	await until(() => answers(port));
	child.kill('SIGTERM');
	expect(await heard.line('process.exited', ` pid=${child.pid} `)).toMatch(/ exit=0$/);
});

told('an exit code comes with the end', async () => {
	const { heard, source } = spawnedBy();
	source.want([want('process.spawned', { name: glob('archon-c') })]);
	const child = spawn(program('archon-c', '/bin/sh'), ['-c', 'read x; exit 7'], {
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	await heard.line('process.spawned');
	child.stdin?.end();
	expect(await heard.line('process.exited', ` pid=${child.pid} `)).toMatch(/ exit=7$/);
});

told('what no want matches is not told, nor what is ours', async () => {
	const ours = new Set<number>();
	const { heard, source } = spawnedBy(ours);
	const [one, other] = [program('archon-d1', '/bin/sh'), program('archon-d2', '/bin/sh')];
	source.want([
		want('process.spawned', { exe: glob('*/archon-d?'), uid: { is: 'equal', to: 4_000_000_000 } }),
		want('process.spawned', { exe: glob('*/archon-d?') }, { name: glob('*-d2') }),
	]);
	const children = `${other} -c 'read x; exit 0'; ${one} -c 'read x; exit 0'`;
	const mine = spawn(one, ['-c', `read x; ${children}; exit 3`], { stdio: ['pipe', 'ignore', 'ignore'] });
	const goOn = () => mine.stdin?.write('\n');
	await heard.line(`process.spawned archon-d1 pid=${mine.pid} `);
	const { heard: heardToo, source: sourceToo } = spawnedBy(ours.add(mine.pid ?? 0));
	sourceToo.want([want('process.spawned', { name: glob('archon-d?') })]);
	goOn();
	await heardToo.line('process.spawned archon-d2');
	goOn();
	await heardToo.line('process.spawned archon-d1');
	goOn();
	await Promise.all([once(mine, 'exit'), heard.line(` pid=${mine.pid} `, ' exit=3')]);
	await until(() => heardToo.of('process.exited').length === 2);
	expect(heard.of(' archon-d2 pid=')).toEqual([]);
	expect(heardToo.of(` pid=${mine.pid} `)).toEqual([]);
	expect(heardToo.of('process.spawned').map((line) => line.split(' ')[1])).toEqual([
		'archon-d2',
		'archon-d1',
	]);
});

told('one that begins another program by exec is told again, and its end under that name', async () => {
	const { heard, source } = spawnedBy();
	const [first, second] = [program('archon-e1', '/bin/sh'), program('archon-e2')];
	source.want([want('process.spawned', { name: glob('archon-e?') })]);
	const child = spawn(first, ['-c', `read x; exec ${second} 60`], { stdio: ['pipe', 'ignore', 'ignore'] });
	await heard.line('process.spawned archon-e1', ` pid=${child.pid} `);
	child.stdin?.write('\n');
	await heard.line('process.spawned archon-e2', ` pid=${child.pid} `);
	child.kill('SIGKILL');
	await heard.line('process.exited archon-e2', ` pid=${child.pid} `, ' signal=KILL');
	expect(heard.lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
		'process.spawned archon-e1',
		'process.spawned archon-e2',
		'process.exited archon-e2',
	]);
});

told('of a thousand that come and go at once none is missing, and each ends once', async () => {
	const { heard, source } = spawnedBy();
	const path = program('archon-f', '/bin/true');
	source.want([want('process.spawned')]);
	const shell = spawn('/bin/sh', ['-c', `i=0; while [ $i -lt 1000 ]; do ${path} & i=$((i+1)); done; wait`], {
		stdio: 'ignore',
	});
	await heard.line('process.exited', ` pid=${shell.pid} `);
	const begun = pidsIn(heard.of('process.spawned'));
	const ended = pidsIn(heard.of('process.exited'));
	// Among them is whatever else the machine does.
	expect(begun.length).toBeGreaterThan(1000);
	expect(new Set(ended).size).toBe(ended.length);
	const there = heard
		.of('process.spawned')
		.filter((line) => /^process.spawned (archon-f|process) /.test(line));
	expect(pidsIn(there).length).toBeGreaterThanOrEqual(1000);
	await until(() => {
		const gone = new Set(pidsIn(heard.of('process.exited')));
		return pidsIn(there).every((pid) => gone.has(pid));
	});
	expect(faults).toEqual([]);
});

told('nothing is open before somebody wants it, nor when nobody does any more', async () => {
	const before = descriptors();
	const { heard, source } = spawnedBy();
	expect(descriptors()).toBe(before);
	source.want([want('process.spawned', { name: glob('archon-g') })]);
	source.want([want('process.spawned', { name: glob('archon-g*') })]);
	expect(descriptors()).toBe(before + 1);
	source.want([]);
	expect(descriptors()).toBe(before);
	await sleeping('archon-g');
	source.want([want('process.spawned', { name: glob('archon-[gh]') })]);
	await sleeping('archon-h');
	await heard.line('process.spawned archon-h');
	expect(heard.of('process.spawned archon-g')).toEqual([]);
});

told('one that archon watches itself from now on is told no end', async () => {
	const { heard, source } = spawnedBy();
	source.want([want('process.spawned', { name: glob('archon-i?') })]);
	const [one, other] = [await sleeping('archon-i1'), await sleeping('archon-i2')];
	await heard.line('process.spawned archon-i1');
	await heard.line('process.spawned archon-i2');
	source.adopted(one.pid);
	one.kill();
	await once(one, 'exit');
	other.kill();
	await heard.line('process.exited archon-i2');
	expect(heard.of('process.exited archon-i1')).toEqual([]);
});

test('where the kernel does not tell, descendants are looked for', async () => {
	const silent = {
		procs: new Int32Array(192),
		procsOpen: () => -38,
		procsRead: () => -38,
		procsClose: () => 0,
	};
	const { heard, source } = spawnedBy(new Set(), { native: silent, every: () => 10 });
	await sleeping('archon-j0');
	source.want([want('process.spawned', { name: glob('archon-j?') })]);
	expect(heard.troubles).toEqual([
		"process.spawned is told only of what descends from archon's processes: the kernel does not tell of processes here: function not implemented",
	]);
	const path = program('archon-j1');
	const shell = spawn('/bin/sh', ['-c', `read x; ${path} 60 & read x; kill $!; wait; read x`], {
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	// What ran before the first look is no news: with the next, there is.
	await sleeping('archon-j2');
	await heard.line('process.spawned archon-j2');
	shell.stdin?.write('\n');
	const line = await heard.line('process.spawned archon-j1');
	expect(line).toContain(`ppid=${shell.pid} `);
	shell.stdin?.write('\n');
	await heard.line('process.exited archon-j1', ' status=unknown');
	shell.stdin?.end('\n');
	expect(heard.of('archon-j0')).toEqual([]);
	source.want([]);
	source.want([want('process.spawned', { name: glob('archon-j?') })]);
	expect(heard.troubles).toHaveLength(1);
});

function pidsIn(lines: readonly string[]): number[] {
	return lines.map((line) => Number(/ pid=(\d+)/.exec(line)?.[1]));
}

async function freePort(): Promise<number> {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as net.AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

function answers(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = net.connect(port, '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});
}
