import { spawn } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Descendants } from '../../../src/sources/descendants.ts';
import { Strangers } from '../../../src/sources/strangers.ts';
import { Heard, want } from './heard.ts';
import { end, program, sleeping } from './program.ts';

/** Looks at what is below the test, which is a keeper here. */
function looking(every = () => 20) {
	const heard = new Heard();
	const strangers = new Strangers({ ...heard.ports, isOurs: () => false });
	strangers.wants = [want('process.spawned', { name: { is: 'glob', glob: 'archon-*' } })];
	const it = new Descendants({ keeper: process.pid, every, strangers, onFault: heard.ports.onFault });
	onTestFinished(() => it.close());
	return { it, heard };
}

test('what began since the last look is told, also below others, and what is gone since', async () => {
	await sleeping('archon-before');
	const { heard } = looking();
	await sleeping('archon-first');
	// What ran before the first look is no news: with the next, there is.
	await heard.line('process.spawned archon-first');
	const path = program('archon-below');
	const shell = spawn('/bin/sh', ['-c', `${path} 60 & read x; kill $!; wait; read x`], {
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	onTestFinished(() => void shell.stdin.end('\n\n'));
	expect(await heard.line('process.spawned archon-below')).toContain(` ppid=${shell.pid} `);
	shell.stdin.write('\n');
	expect(await heard.line('process.exited archon-below')).toMatch(/ status=unknown$/);
	expect(heard.of('archon-before')).toEqual([]);
});

test('one that begins another program is told again; what is not below is not told', async () => {
	const { heard } = looking();
	await sleeping('archon-first');
	await heard.line('process.spawned archon-first');
	const [one, other] = [program('archon-one', '/bin/sh'), program('archon-other')];
	const away = program('archon-away');
	const child = spawn(one, ['-c', `setsid -f ${away} 2; read x; exec ${other} 60`], {
		stdio: ['pipe', 'ignore', 'ignore'],
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	await heard.line('process.spawned archon-one', ` pid=${child.pid} `);
	child.stdin.write('\n');
	await heard.line('process.spawned archon-other', ` pid=${child.pid} `);
	await end(child);
	await heard.line('process.exited archon-other', ` pid=${child.pid} `);
	// The test is no subreaper, so what got away is nobody's.
	expect(heard.of('process.spawned archon-away')).toEqual([]);
});

test('nothing is looked at once it is closed, and another time counts from when it is told', async () => {
	const set = vi.spyOn(globalThis, 'setInterval');
	onTestFinished(() => set.mockRestore());
	let every = 50_000;
	const { it, heard } = looking(() => every);
	it.retimed();
	expect(set.mock.calls.map(([, ms]) => ms)).toEqual([50_000]);
	every = 20;
	it.retimed();
	await sleeping('archon-open');
	await heard.line('process.spawned archon-open');
	it.close();
	heard.lines.length = 0;
	const other = looking(() => 20);
	await sleeping('archon-closed');
	await other.heard.line('process.spawned archon-closed');
	expect(heard.lines).toEqual([]);
});
