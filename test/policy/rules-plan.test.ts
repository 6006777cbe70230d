import { unlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatMistake } from '../../src/config/mistake.ts';
import type { Folder } from '../../src/policy/folder.ts';
import { scratch, write } from '../sources/files/scratch.ts';
import { rulesFolder } from './folders.ts';

/** The rows of a plan, or the mistakes. */
async function planned(folder: Folder): Promise<string[]> {
	const plan = await folder.plan();
	return 'actions' in plan
		? plan.actions.map(({ action, kind, name, detail }) => `${action} ${kind} ${name} ${detail}`)
		: plan.map(formatMistake);
}

test('a plan says what becomes of each file and does nothing until it is carried out', async () => {
	const at = scratch();
	for (const name of ['a', 'b', 'c']) {
		write(`${at}/${name}.lua`, `rule ${name}\nrule 2`);
	}
	const { folder, puts, lua } = rulesFolder(at);
	await folder.refresh();
	await puts.next();
	unlinkSync(`${at}/a.lua`);
	write(`${at}/b.lua`, 'rule new');
	write(`${at}/d.lua`, '');
	expect(await planned(folder)).toEqual([
		'stop rules rules/a.lua 2 rules',
		'change rules rules/b.lua 1 rule',
		'keep rules rules/c.lua 2 rules',
		'start rules rules/d.lua 0 rules',
	]);
	expect(puts.isEmpty).toBe(true);
	expect([...lua.loaded]).toEqual(['a', 'b', 'c'].map((it) => [`${it}.lua`, `rule ${it}\nrule 2`]));
	const plan = await folder.plan();
	await ('carryOut' in plan && plan.carryOut());
	expect(await puts.next()).toBe('new,c,2 / b.lua,c.lua,d.lua');
	expect(await planned(folder)).toEqual([
		'keep rules rules/b.lua 1 rule',
		'keep rules rules/c.lua 2 rules',
		'keep rules rules/d.lua 0 rules',
	]);
});

test('any mistake and there is no plan', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'rule a');
	const { folder, puts, lua } = rulesFolder(at);
	await folder.refresh();
	await puts.next();
	write(`${at}/a.lua`, 'rule new');
	write(`${at}/b.lua`, 'rule b\nbroken\nworse');
	write(`${at}/c.lua`, 'rule c'.repeat(50_000));
	expect((await planned(folder)).map((it) => it.replaceAll(`${at}/`, ''))).toEqual([
		'b.lua:2: what is "broken" in b.lua?',
		'b.lua:3: what is "worse" in b.lua?',
		'c.lua: is larger than 256 KiB',
	]);
	expect([...lua.loaded]).toEqual([['a.lua', 'rule a']]);
	expect(puts.isEmpty).toBe(true);
});

test('a reload switches on again what was switched off, though nothing changed', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'rule a');
	const { folder, puts, lua } = rulesFolder(at);
	await folder.refresh();
	await puts.next();
	const plan = await folder.plan();
	await ('carryOut' in plan && plan.carryOut());
	expect(await puts.next()).toBe('a / a.lua');
	expect(lua.loads).toBe(1);
});

test('what was written after the plan was made is in force, not what it was made of', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'rule a');
	const { folder, puts } = rulesFolder(at);
	const plan = await folder.plan();
	write(`${at}/a.lua`, 'rule newer');
	await ('carryOut' in plan && plan.carryOut());
	expect(await puts.next()).toBe('newer / a.lua');
});

test('a folder that was named has to be there, another not', async () => {
	const at = scratch();
	expect(await planned(rulesFolder(`${at}/none`).folder)).toEqual([]);
	expect(await planned(rulesFolder(`${at}/none`, true).folder)).toEqual([
		`${at}/none: cannot read: no such file or directory`,
	]);
	write(`${at}/file`, '');
	expect(await planned(rulesFolder(`${at}/file`).folder)).toEqual([
		`${at}/file: cannot read: not a directory`,
	]);
});
