import { mkdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { daemonPid } from '../live/crash.ts';
import { ask, pidOf, rows } from './ask.ts';
import { fieldOf } from './ruled.ts';
import { Watch } from './watch.ts';

/** A rule that emits `ok.TAG` on such an event. */
const rule = (tag: string, on = 'process.started') =>
	`rule "${tag}" { on = "${on}", act = emit { type = "ok.${tag}" } }\n`;

async function rulesIn(archon: Archon): Promise<string[]> {
	return (await rows(archon, 'Rules')).map((row) => `${row['file']} ${row['rule']}`);
}

test('a rule file that is written, changed, broken and removed is in force soon after', async () => {
	const archon = await Archon.configured('');
	const watch = await Watch.begin(archon);
	expect(await rows(archon, 'Rules')).toEqual([]);
	archon.rule('a.lua', rule('one'));
	await rulesAre(archon, ['a.lua one']);
	await ask(archon, 'Run', 'true');
	await watch.event('ok.one');
	archon.rule('a.lua', rule('two'));
	await rulesAre(archon, ['a.lua two']);
	archon.rule('a.lua', `${rule('three')}rul "x" {}`);
	const error = await watch.event('rule.error');
	expect([fieldOf(error, 'file'), fieldOf(error, 'line')]).toEqual(['a.lua', '2']);
	await ask(archon, 'Run', 'true');
	await watch.event('ok.two');
	unlinkSync(`${archon.directory}/rules/a.lua`);
	await rulesAre(archon, []);
	rmSync(`${archon.directory}/rules`, { recursive: true });
	mkdirSync(`${archon.directory}/new`);
	writeFileSync(`${archon.directory}/new/b.lua`, rule('four'));
	renameSync(`${archon.directory}/new`, `${archon.directory}/rules`);
	await rulesAre(archon, ['b.lua four']);
});

test('a Reload says what becomes of rules, and mistakes of theirs refuse it', async () => {
	const archon = await Archon.configured('', temporary(), {
		'a.lua': rule('a'),
		'b.lua': rule('b'),
		'c.lua': rule('c'),
	});
	await rulesAre(archon, ['a.lua a', 'b.lua b', 'c.lua c']);
	const { directory } = archon;
	archon.configure('[service.nap]\nrun = ["sleep", "60"]\n');
	archon.rule('b.lua', `${rule('b')}\n\nrul "x" {}`);
	const refused = await ask(archon, 'Reload');
	expect(refused).toMatch(/^Error,/);
	expect(refused).toContain(`${directory}/rules/b.lua:4: `);
	expect(await rows(archon, 'Status')).toEqual([]);
	expect(await rulesIn(archon)).toEqual(['a.lua a', 'b.lua b', 'c.lua c']);
	writeFileSync(`${directory}/rules/b.lua`, rule('b'));
	const dry = await rows(archon, 'Reload', 'dry-run');
	expect(dry).toEqual([
		{ action: 'start', name: 'nap', detail: 'new' },
		{ action: 'keep', name: 'rules/a.lua', detail: '1 rule' },
		{ action: 'keep', name: 'rules/b.lua', detail: '1 rule' },
		{ action: 'keep', name: 'rules/c.lua', detail: '1 rule' },
	]);
	const watch = await Watch.begin(archon);
	expect(await rows(archon, 'Reload')).toEqual(dry);
	const reloaded = await watch.event('config.reloaded');
	expect(reloaded.slice(5)).toEqual(['start=1']);
	expect(await pidOf(archon, 'nap')).toBeGreaterThan(0);
});

test('a Reload takes what has just been written, without waiting for it to be noticed', async () => {
	const archon = await Archon.configured('', temporary(), { 'a.lua': rule('a'), 'b.lua': rule('b') });
	await rulesAre(archon, ['a.lua a', 'b.lua b']);
	const watch = await Watch.begin(archon);
	const { directory } = archon;
	writeFileSync(`${directory}/rules/a.lua`, rule('new') + rule('more'));
	unlinkSync(`${directory}/rules/b.lua`);
	writeFileSync(`${directory}/rules/c.lua`, rule('c'));
	const plan = await rows(archon, 'Reload');
	expect(plan).toEqual([
		{ action: 'change', name: 'rules/a.lua', detail: '2 rules' },
		{ action: 'stop', name: 'rules/b.lua', detail: '1 rule' },
		{ action: 'start', name: 'rules/c.lua', detail: '1 rule' },
	]);
	expect(await rulesIn(archon)).toEqual(['a.lua new', 'a.lua more', 'c.lua c']);
	expect((await watch.event('config.reloaded')).slice(5).sort()).toEqual(['change=1', 'start=1', 'stop=1']);
});

test('rules hear how the daemon has started', async () => {
	const rules = { 'a.lua': rule('booted', 'daemon.started') + rule('up', 'process.ready') };
	const archon = await Archon.configured('[service.nap]\nrun = ["sleep", "60"]\n', temporary(), rules);
	const watch = await Watch.begin(archon, 'since=0');
	await watch.event('ok.booted');
	await watch.event('ok.up');
});

test('rules that are broken when a daemon comes up are as they were in force', async () => {
	const archon = await Archon.configured('', temporary(), { 'a.lua': rule('a') });
	await rulesAre(archon, ['a.lua a']);
	const watch = await Watch.begin(archon);
	writeFileSync(`${archon.directory}/rules/a.lua`, 'broken');
	await watch.event('rule.error');
	process.kill(daemonPid(archon), 'SIGKILL');
	await rulesAre(archon, ['a.lua a', 'a.lua -']);
	const again = await Watch.begin(archon, 'since=0', 'types=daemon.recovered;rule.error');
	await again.event('daemon.recovered');
	expect(fieldOf(await again.event('rule.error'), 'file')).toBe('a.lua');
});

test('no rule file keeps the daemon from starting', async () => {
	const archon = await Archon.configured('', temporary(), { 'a.lua': 'broken', 'b.lua': rule('b') });
	await rulesAre(archon, ['a.lua -', 'b.lua b']);
	const watch = await Watch.begin(archon, 'since=0');
	const error = await watch.event('rule.error');
	expect([fieldOf(error, 'file'), fieldOf(error, 'line')]).toEqual(['a.lua', '1']);
});

/** Resolves when these rules are in force, and no others. */
async function rulesAre(archon: Archon, wanted: readonly string[]): Promise<void> {
	while (JSON.stringify(await rulesIn(archon).catch(() => undefined)) !== JSON.stringify(wanted)) {}
}
