import { once } from 'node:events';
import { expect, test } from 'vitest';
import { mostRuns } from '../../../src/policy/carry-out.ts';
import { Archon, temporary } from '../../archon.ts';
import { ask, rows } from '../../session/ask.ts';
import { fieldOf, ruled, sleeping } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { crash } from '../crash.ts';
import { until } from '../until.ts';

const follow = `rule "mail follows web" {
	on = "process.started", when = { name = "web" }, act = start { name = "mail" }
}`;

test('what happened since the daemon started is not missed by rules that are loaded meanwhile', async () => {
	const archon = await ruled(
		sleeping('web') + sleeping('mail', 'manual = true'),
		`${follow}\nrule "hello" { on = "daemon.started", act = log { text = "good morning" } }`,
	);
	expect(await ask(archon, 'Wait', 'mail', 'running', '5s')).toBe('Ok');
	await until(() => archon.said.includes('archond: good morning\n'));
});

test('nothing is carried out any more once archon shuts down', async () => {
	const directory = temporary();
	const lua = `rule "never down" {
		on = { "process.stopping", "process.exited", "process.stopped", "daemon.stopping" },
		act = { start { name = "web" }, run { "true" } },
	}`;
	const archon = await ruled(sleeping('web'), lua, directory);
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	expect(await ask(archon, 'Shutdown')).toBe('Ok');
	await once(archon.keeper, 'exit');
	const next = await Archon.configured('', directory, { 'rules.lua': '' });
	const types = (await rows(next, 'Events')).map((row) => `${row['type']} ${row['name']}`);
	expect(types.slice(types.indexOf('daemon.stopping -'))).toEqual([
		'daemon.stopping -',
		'process.stopping web',
		'process.exited web',
		'process.stopped web',
		'daemon.started -',
	]);
});
test('rules that call each other for ever come to an end', async () => {
	const archon = await ruled(
		'',
		`rule "ping" { on = { "daemon.started", "game.pong" }, act = emit { type = "game.ping" } }
		 rule "pong" { on = "game.ping", act = emit { type = "game.pong" } }`,
	);
	const found = async () => await rows(archon, 'Events', 'types=rule.*;game.*');
	await until(async () => (await found()).some((row) => row['type'] === 'rule.error'));
	const types = (await found()).map((row) => row['type']);
	expect(types.filter((type) => type === 'rule.fired')).toHaveLength(15);
	expect(types.at(-1)).toBe('rule.error');
});

test('a program that a rule runs because one has ended is no way to go on for ever', async () => {
	const archon = await ruled(
		'',
		`rule "again" { on = { "process.exited", "daemon.started" }, act = run { "true", as = "again" } }`,
	);
	const found = async () => await rows(archon, 'Events', 'types=rule.*');
	await until(async () => (await found()).some((row) => row['type'] === 'rule.error'));
	expect((await found()).filter((row) => row['type'] === 'rule.fired')).toHaveLength(15);
});

test('a function knows nothing of a process that was removed, of which no event tells', async () => {
	const archon = await ruled(
		sleeping('a', 'manual = true') + sleeping('b', 'manual = true'),
		`rule "looks" {
			on = "process.started", when = { name = "b" },
			act = function() return emit { type = "look.ed", state = process("a") and process("a").state or "none" } end,
		}`,
	);
	const watch = await Watch.begin(archon, 'types=look.*');
	expect(await ask(archon, 'Remove', 'a')).toBe('Ok');
	expect(await ask(archon, 'Start', 'b')).toBe('Ok');
	expect(fieldOf(await watch.event('look.ed'), 'state')).toBe('none');
});

test('rules of a file that is slow to load are no worse off when the daemon was killed: limits, and what happened meanwhile', async () => {
	const directory = temporary();
	const archon = await Archon.configured('', directory, {
		'a.lua': `rule "a" { on = "daemon.recovered", act = log "a" }`,
		// The others are in force 200 ms after they were loaded.
		'b.lua': `local function work() for i = 1, 30000 do end end
			for i = 1, 100 do work() end
			rule "b" { on = "daemon.recovered", limit = { times = 2, within = "1h" }, act = log "b" }`,
	});
	for (let i = 0; i < 3; i++) {
		expect(await ask(archon, 'Reload')).toBe('Ok');
		await crash(archon);
		expect((await rows(archon, 'Rules')).map((row) => row['file'])).toEqual(['a.lua', 'b.lua']);
	}
	await until(async () => (await rows(archon, 'Events', 'types=rule.fired')).length >= 5);
	const fired = (await rows(archon, 'Events', 'types=rule.fired')).map(({ fields }) =>
		fieldOf(fields?.split(',') ?? [], 'file'),
	);
	expect(fired.toSorted()).toEqual([...Array(3).fill('a.lua'), ...Array(2).fill('b.lua')]);
});

test('programs that rules have run count on over a crash of the daemon', async () => {
	const many = Array(100).fill('run { "sleep", "60" }').join(', ');
	const archon = await ruled(
		'',
		`for i = 1, 3 do
			rule("many " .. i) { on = "daemon.recovered", act = { ${many} } }
		end`,
	);
	const running = async () => (await rows(archon, 'Status', 'sleep*')).length;
	for (let i = 0; i < 2; i++) {
		await crash(archon);
		await until(async () => (await rows(archon, 'Events', 'types=rule.fired')).length === 3 * (i + 1));
		expect(await running()).toBe(mostRuns);
	}
	expect(await ask(archon, 'Signal', 'sleep', 'KILL')).toBe('Ok');
	await until(async () => (await running()) < mostRuns);
});
