import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { whose } from '../../../src/supervisor/whose.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';
import { Child, mapLedger } from '../marked.ts';

mapLedger();
const ports = {
	keeper: process.pid,
	own: [],
	hasOutlived: () => false,
	markOf: (pid: number) => native.markOf(pid),
};

test('a process is of the entry whose main one it is, or that it descends from', async () => {
	const child = await Child.begin('echo ready; sleep 60 & echo $!; wait');
	const below = Number(await child.said.next());
	onTestFinished(() => void process.kill(below));
	const web = entryIn(running, { process: mainOf(child.pid) });
	expect(whose(child.pid, [web], ports)).toBe(web);
	expect(whose(below, [web], ports)).toBe(web);
	expect(whose(below, [], ports)).toBeUndefined();
	expect(whose(process.pid, [web], ports)).toBeUndefined();
	expect(whose(1, [web], ports)).toBeUndefined();
	expect(whose(2 ** 22 + 1, [web], ports)).toBeUndefined();
});

test('what a start left behind is told by its mark, also once the main process has gone', async () => {
	const child = await Child.begin('echo ready; exec sleep 60', { start: 77 });
	const web = entryIn(running, { process: mainOf(4711, { start: 2 ** 32 + 77 }) });
	const db = entryIn({ tag: 'stopped' }, { name: 'db', tree: { pid: 4712, start: 77 } });
	expect(whose(child.pid, [web], ports)).toBe(web);
	expect(whose(child.pid, [db], ports)).toBe(db);
	expect(
		whose(child.pid, [entryIn(running, { process: mainOf(4713, { start: 78 }) })], ports),
	).toBeUndefined();
});
