import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import { Archon } from '../archon.ts';
import { resultOf, start } from '../cli/archonctl.ts';
import { ask, names, output, written } from './ask.ts';
import { Gate } from './gate.ts';
import { Pass } from './pass.ts';
import { Watch } from './watch.ts';

const to = { read: 'r', write: 'w' } as const;

/** A file of this name in a folder of its own; descriptor 4 of the client is the first one opened. */
function open(archon: Archon, name: string, how: keyof typeof to): number {
	const fd = openSync(`${archon.directory}/${name}`, to[how]);
	onTestFinished(() => closeSync(fd));
	return fd;
}

function shell(script: string, ...settings: string[]): string {
	return `${joinRecord(['Run', formatArgs(['sh', '-c', script]), ...settings])}\n`;
}

test('a message may carry three descriptors, used as its standard input, output and error', async () => {
	const archon = await Archon.start();
	writeFileSync(`${archon.directory}/in`, 'one\ntwo\n');
	const files = [open(archon, 'in', 'read'), open(archon, 'out', 'write'), open(archon, 'err', 'write')];
	const client = new Pass(archon, [`pass:4,5,6:${shell('cat; echo bad >&2; exit 3')}`, 'half'], files);
	expect(await client.replies()).toEqual(['ExitStatus,3']);
	expect(readFileSync(`${archon.directory}/out`, 'utf8')).toBe('one\ntwo\n');
	expect(readFileSync(`${archon.directory}/err`, 'utf8')).toBe('bad\n');
});

test('with three descriptors the directory is /', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, ['pass:3,3,3:Run,"pwd,-P"\n', 'half']);
	expect(await client.replies()).toEqual(['ExitStatus,0']);
	expect(await client.written).toBe('/\n');
});

test('a message may carry four, the fourth an open directory to start in', async () => {
	const archon = await Archon.start();
	mkdirSync(`${archon.directory}/sub`);
	const client = new Pass(archon, ['pass:3,3,3,4:Run,"pwd,-P"\n', 'half'], [open(archon, 'sub', 'read')]);
	expect(await client.replies()).toEqual(['ExitStatus,0']);
	expect(await client.written).toBe(`${realpathSync(archon.directory)}/sub\n`);
});

test('the program is looked for from the directory it starts in', async () => {
	const archon = await Archon.start();
	writeFileSync(`${archon.directory}/here`, '#!/bin/sh\nexit 9\n', { mode: 0o755 });
	const steps = ['pass:3,3,3,4:Run,./here\n', 'pass:3,3,3:Run,./here\n', 'half'];
	const client = new Pass(archon, steps, [open(archon, '.', 'read')]);
	expect(await client.replies()).toEqual(['ExitStatus,9', 'ExitStatus,127']);
});

test('a fourth descriptor that is no directory is an Error that names the step', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, ['pass:3,3,3,3:Run,"echo,ran"\n', 'send:Ping\n', 'half']);
	expect(await client.replies()).toEqual(['Error,"cannot start ""echo"": directory: not a directory"', 'Ok']);
	expect(await client.written).toBe('');
	expect(await names(archon)).toEqual([]);
});

test('the same descriptor may serve three times, and is closed when the program has ended', async () => {
	const archon = await Archon.start();
	const client = new Pass(archon, [`pass:3,3,3:${shell('echo a; echo b >&2; echo c >&0')}`, 'half']);
	expect(await client.replies()).toEqual(['ExitStatus,0']);
	expect(await client.written).toBe('a\nb\nc\n');
});

test('the reason why a program cannot be started goes to its standard error', async () => {
	const archon = await Archon.start();
	const files = [open(archon, 'err', 'write')];
	const client = new Pass(archon, ['pass:3,3,4:Run,nosuch\n', 'half'], files);
	expect(await client.replies()).toEqual(['ExitStatus,127']);
	expect(await client.written).toBe('');
	expect(readFileSync(`${archon.directory}/err`, 'utf8')).toBe(
		'archon: cannot run "nosuch": exec: no such file or directory\n',
	);
});

test('a refused request closes the descriptors that came with it', async () => {
	const archon = await Archon.start();
	const refused = ['Run,ls,-l', 'Run,a"b', 'Run,true,ARCHON_NAME=.x', 'Run,true,ARCHON_KEY=', 'Run'];
	for (const request of refused) {
		const client = new Pass(archon, [`pass:3,3,3:${request}\n`, 'line', 'gone']);
		expect(await client.replies()).toEqual([expect.stringMatching(/^Error,/)]);
		expect(await client.written).toBe('');
	}
});

test('archonctl run sends its own four, so archonctl run ls,-l lists the directory of the caller', async () => {
	const archon = await Archon.start();
	mkdirSync(`${archon.directory}/here/inside`, { recursive: true });
	const child = start(['run', 'ls,-l'], { socket: archon.socket, cwd: `${archon.directory}/here` });
	const { code, stdout, stderr } = await resultOf(child);
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	expect(stdout).toMatch(/^total \d+\nd.* inside\n$/);
});

test('archonctl run passes TERM', async () => {
	const archon = await Archon.start();
	const { out } = await archon.ctl(['run', '--', 'sh', '-c', 'echo "$TERM $OTHER."'], '', {
		TERM: 'vt100',
		OTHER: 'x',
	});
	expect(out).toBe('vt100 .\n');
});

test('archonctl run forwards HUP, INT, QUIT, TERM, USR1, USR2 and WINCH', async () => {
	const archon = await Archon.start();
	const signals = ['HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2', 'WINCH'] as const;
	const traps = signals.map((signal) => `trap 'echo ${signal}' ${signal}; `).join('');
	const script = `${traps} sleep 60 & echo ready; while :; do wait; done`;
	const child = start(['run', '--name', 'x', '--', 'sh', '-c', script], archon);
	child.stdout.setEncoding('utf8');
	expect(await once(child.stdout, 'data')).toEqual(['ready\n']);
	for (const signal of signals) {
		child.kill(`SIG${signal}`);
		expect(await once(child.stdout, 'data')).toEqual([`${signal}\n`]);
	}
	expect(await ask(archon, 'Stop', 'x', '0s')).toBe('Ok');
});

test('without descriptors input is /dev/null', async () => {
	const archon = await Archon.start();
	expect(await output(archon, ['readlink', '/proc/self/fd/0'])).toEqual(['/dev/null']);
	expect(await output(archon, ['wc', '-c'])).toContain('0');
});

test("without descriptors output goes to the process's log", async () => {
	const archon = await Archon.start();
	const client = await archon.lines(shell('echo out; echo err >&2', 'ARCHON_NAME=x'));
	expect(client).toEqual(['ExitStatus,0']);
	expect(await written(archon, 'x', 'stdout')).toEqual(['out']);
	expect(await written(archon, 'x', 'stderr')).toEqual(['err']);
});

test('without descriptors the directory is /', async () => {
	const archon = await Archon.start();
	expect(await output(archon, ['pwd', '-P'])).toEqual(['/']);
});

test('a client that goes away leaves its program running, with the descriptors it gave', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
	const script = `${gate.wait}; echo still here`;
	const client = new Pass(archon, [`pass:3,3,3:${shell(script)}`, 'wait', 'gone']);
	await watch.event('process.started');
	client.goOn();
	await client.ended();
	gate.open();
	expect((await watch.event('process.exited'))[7]).toBe('exit=0');
	expect(await client.written).toBe('still here\n');
});
