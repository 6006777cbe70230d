import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { forest } from '../../../src/supervisor/forest.ts';
import { temporary } from '../../archon.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';

/** A shell below this process that has a child; their pids. */
async function shell(): Promise<{ parent: number; child: number }> {
	const it = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
	const [text] = await once(it.stdout, 'data');
	const child = Number(text);
	onTestFinished(() => {
		process.kill(child);
	});
	return { parent: it.pid as number, child };
}

test('a tree is shown from its root, each before what is below it', async () => {
	const { parent, child } = await shell();
	const web = entryIn({ tag: 'paused', since: 0, frozen: 0 }, { process: mainOf(parent) });
	const rows = await forest([web], {
		keeper: process.pid,
		own: [],
		markOf: () => 0,
		hasOutlived: () => false,
	});
	expect(rows[0]?.slice(0, 4)).toEqual([0, process.pid, process.ppid, '-']);
	expect(rows.filter(([, , , name]) => name === 'web')).toEqual([
		[1, parent, process.pid, 'web', 'paused', expect.stringMatching(/^sh -c sleep 60 &/)],
		[2, child, parent, 'web', expect.stringMatching(/^(sleeping|running)$/), 'sleep 60'],
	]);
});

test('a foreign process that is elsewhere has a root of its own', async () => {
	const { parent } = await shell();
	const other = entryIn(running, { name: 'other', kind: 'foreign', process: mainOf(parent, { start: -1 }) });
	const rows = await forest([other], { keeper: 2 ** 30, own: [], markOf: () => 0, hasOutlived: () => false });
	expect(rows.map(([depth, , , name]) => [depth, name])).toEqual([
		[0, 'other'],
		[1, 'other'],
	]);
});

test('of processes below one another 64 are shown, of a command 4096 bytes', async () => {
	const script = `${temporary()}/nested`;
	writeFileSync(script, '[ "$1" = 0 ] && { echo $$; exec sleep 60; }\nsh "$0" $(($1 - 1)) "$2"; :\n');
	const it = spawn('sh', [script, '69', 'x'.repeat(5000)], {
		stdio: ['ignore', 'pipe', 'inherit'],
		detached: true,
	});
	onTestFinished(() => {
		process.kill(-(it.pid as number), 'SIGKILL');
	});
	await once(it.stdout, 'data');
	const web = entryIn(running, { process: mainOf(it.pid as number) });
	const rows = await forest([web], {
		keeper: it.pid as number,
		own: [],
		markOf: () => 0,
		hasOutlived: () => false,
	});
	expect(rows.map(([depth]) => depth)).toEqual([...Array(64).keys()]);
	expect(rows.map(([, , , , , command]) => String(command).length)).toEqual(Array(64).fill(4096));
});
