import { expect, test } from 'vitest';
import { notBegun } from '../../src/policy/begun-runs.ts';
import type { Action } from '../../src/rules/action.ts';
import type { Owed } from '../../src/rules/diary-page.ts';

function owed(action: Partial<Action>, start = 5): Owed {
	const event = { seq: 1, time: 0, type: 'process.ready', name: 'web', fields: [] } as const;
	const rule = { file: 'a.lua', title: 'r', line: 1 };
	return { action: { because: undefined, ...action } as Action, event, rule, start, tries: 0 };
}

const run = (program: string, as?: string, start?: number) =>
	owed({ do: 'run', args: [program], env: [], as }, start);

test('A program that is in the ledger has begun, by the name it was to have.', () => {
	const all = [run('/bin/mail'), run('sh', 'backup'), owed({ do: 'restart', name: 'web' })];
	expect(notBegun(all, [])).toEqual(all);
	expect(notBegun(all, [{ name: 'mail', start: 6 }])).toEqual(all.slice(1));
	expect(notBegun(all, [{ name: 'backup', start: 6 }])).toEqual([all[0], all[2]]);
	expect(
		notBegun(all, [
			{ name: 'backup', start: 7 },
			{ name: 'mail-12', start: 6 },
		]),
	).toEqual([all[2]]);
});

test('What began before it was decided is another, as is what is called otherwise.', () => {
	const all = [run('mail'), run('sh', 'backup')];
	expect(
		notBegun(all, [
			{ name: 'mail', start: 5 },
			{ name: 'mail-x', start: 6 },
			{ name: 'sh', start: 7 },
			{ name: 'backup-2', start: 8 },
		]),
	).toEqual(all);
});

test('Of several of one name so many have begun as there are, the first of them.', () => {
	const all = [run('mail'), run('mail'), run('mail')];
	const left = notBegun(all, [
		{ name: 'mail-2', start: 7 },
		{ name: 'mail', start: 6 },
	]);
	expect(left).toHaveLength(1);
	expect(left[0]).toBe(all[2]);
});
