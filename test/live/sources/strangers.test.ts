import { expect, test } from 'vitest';
import { seen } from '../../../src/sources/proc.ts';
import { Strangers } from '../../../src/sources/strangers.ts';
import { Heard, want } from './heard.ts';
import { end, nobody, sleeping } from './program.ts';

const glob = (text: string) => ({ is: 'glob', glob: text }) as const;

function strangers(ours: readonly number[] = []) {
	const heard = new Heard();
	return { it: new Strangers({ ...heard.ports, isOurs: (pid) => ours.includes(pid) }), heard };
}

test('one that is gone before it is looked at is told where its number is enough', () => {
	const { it, heard } = strangers();
	it.appeared(nobody);
	it.wants = [want('process.spawned', { name: glob('web') }), want('process.spawned', { uid: glob('*') })];
	it.appeared(nobody);
	expect(heard.lines).toEqual([]);
	it.wants = [want('process.spawned', {}, { uid: glob('*') })];
	it.appeared(nobody);
	it.ended(nobody, 0x0300);
	expect(heard.lines).toEqual([
		`process.spawned process pid=${nobody}`,
		`process.exited process pid=${nobody} exit=3`,
	]);
});

test.each([
	[0, 'exit=0'],
	[0xff00, 'exit=255'],
	[9, 'signal=KILL'],
	[0x8b, 'signal=SEGV'],
	[undefined, 'status=unknown'],
])('a status of %s is told as %s, and an end is told once', (status, text) => {
	const { it, heard } = strangers();
	it.wants = [want('process.spawned')];
	it.ended(nobody, status);
	it.appeared(nobody);
	it.ended(nobody, status);
	it.ended(nobody, status);
	expect(heard.lines.slice(1)).toEqual([`process.exited process pid=${nobody} ${text}`]);
});

test('what is ours, or that nobody wants, or whose end somebody else tells, has no end here', async () => {
	const child = await sleeping();
	const { it, heard } = strangers([child.pid]);
	it.wants = [want('process.spawned')];
	it.appeared(child.pid);
	it.ended(child.pid, 0);
	it.appeared(nobody);
	it.forget(nobody);
	it.ended(nobody, 0);
	it.appeared(nobody);
	it.clear();
	it.ended(nobody, 0);
	expect(heard.lines.map((line) => line.split(' ')[0])).toEqual(['process.spawned', 'process.spawned']);
});

test('the same seen twice is told once', async () => {
	const child = await sleeping();
	const { it, heard } = strangers();
	it.wants = [want('process.spawned', { pid: { is: 'equal', to: child.pid } })];
	it.appeared(child.pid);
	it.appeared(child.pid);
	expect(heard.lines).toHaveLength(1);
});

test('what was told and is gone by now is found by a look', async () => {
	const [one, other] = [await sleeping(), await sleeping()];
	const { it } = strangers();
	it.wants = [want('process.spawned')];
	it.appeared(one.pid);
	it.appeared(other.pid);
	expect([...it.lost()]).toEqual([]);
	const before = seen(one.pid);
	expect(before && it.isTold(before)).toBe(true);
	expect(before && it.isTold({ ...before, started: before.started + 1 })).toBe(false);
	await end(one);
	expect([...it.lost()]).toEqual([one.pid]);
});
