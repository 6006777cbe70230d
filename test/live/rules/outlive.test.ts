import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../../archon.ts';
import { ask, rows } from '../../session/ask.ts';
import { sleeping } from '../../session/ruled.ts';
import { Striking } from '../striking.ts';
import { until } from '../until.ts';

type Point = readonly [string, ...Parameters<Striking['order']>];

/** From the event to the end of the program that is run because of it. */
const points: readonly Point[] = [
	['the event is published', 'after', 'journal', /process\.paused,web/],
	['it is decided', 'before', 'book', /"rule\.fired"/],
	['what was decided is written down', 'after', 'book', /"rule\.fired"/],
	['what was decided is being told', 'before', 'journal', /rule\.fired/],
	['what was decided is told', 'after', 'journal', /rule\.fired/],
	['it is carried out and not written down', 'before', 'book', /"process\.stopping","name":"other"/],
	['it is carried out and written down', 'after', 'book', /"process\.stopping","name":"other"/],
	['it is carried out and told', 'after', 'journal', /process\.stopping,other/],
	['a function has answered', 'before', 'book', /"count\.ed"/],
	['what a function answered is written down', 'after', 'book', /"count\.ed"/],
	['what a function answered is carried out', 'before', 'book', /"process\.starting","name":"third"/],
	['what a function answered is done', 'after', 'book', /"process\.starting","name":"third"/],
	['the program is said to run', 'before', 'journal', /process\.started,ran/],
	['the program has ended', 'before', 'journal', /process\.exited,ran/],
	['the end of the program is told', 'after', 'journal', /process\.exited,ran/],
];

async function archonOf(directory: string, toml: string, lua: string): Promise<[Archon, Striking]> {
	const program = new Striking(directory);
	mkdirSync(`${directory}/rules`, { recursive: true });
	writeFileSync(`${directory}/rules/a.lua`, lua);
	writeFileSync(`${directory}/archon.toml`, toml);
	const more = ['--config', `${directory}/archon.toml`];
	const archon = await Archon.start(directory, { ARCHON_DAEMON: program.path }, more);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	return [archon, program];
}

async function count(archon: Archon, type: string, name: string): Promise<number> {
	return (await rows(archon, 'Events', `types=${type}`, `names=${name}`)).length;
}

test.each(points)('each action is carried out once when the daemon dies as %s', async (_, ...order) => {
	const directory = temporary();
	const ran = `${directory}/ran`;
	const [archon, program] = await archonOf(
		directory,
		sleeping('web') + sleeping('other') + sleeping('third', 'manual = true'),
		`rule "a program" {
			on = "process.paused", when = { name = "web" },
			act = { run { "sh", "-c", "echo ran >> ${ran}", as = "ran" }, restart { name = "other" }, emit { type = "pager.sent" } },
		}
		rule "orders" {
			on = "process.paused", when = { name = "web" },
			act = function(event)
				state.count = (state.count or 0) + 1
				return { start { name = "third" }, emit { type = "count.ed", n = state.count } }
			end,
		}`,
	);
	for (const name of ['web', 'other']) {
		expect(await ask(archon, 'Wait', name, 'running')).toBe('Ok');
	}
	program.order(...order);
	await ask(archon, 'Pause', 'web').catch(() => {});
	await program.struck();
	await until(async () => (await count(archon, 'process.exited', 'ran')) > 0);
	await until(async () => (await count(archon, 'process.ready', 'third')) > 0);
	await until(async () => (await count(archon, 'process.ready', 'other')) > 1);
	expect(await ask(archon, 'Wait', 'other', 'running')).toBe('Ok');
	// What comes later is heard by the rules as well, and is the last thing that is.
	expect(await ask(archon, 'Resume', 'web')).toBe('Ok');
	expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
	await until(async () => (await count(archon, 'process.exited', 'ran')) > 1);
	await until(async () => (await count(archon, 'process.ready', 'other')) > 2);
	await until(async () => (await count(archon, 'count.ed', '*')) > 1);
	expect(existsSync(ran) && readFileSync(ran, 'latin1')).toBe('ran\nran\n');
	expect(await count(archon, 'process.started', 'other')).toBe(3);
	expect(await count(archon, 'process.started', 'third')).toBe(1);
	expect(await count(archon, 'rule.fired', '*')).toBe(4);
	expect(await count(archon, 'pager.sent', '*')).toBe(2);
	const counted = await rows(archon, 'Events', 'types=count.*');
	expect(counted.map(({ fields }) => /n=(\d)/.exec(fields ?? '')?.[1])).toEqual(['1', '2']);
	expect(await count(archon, 'rule.error', '*')).toBe(0);
	expect((await rows(archon, 'Rules')).map(({ rule, fired }) => [rule, fired])).toEqual([
		['a program', '2'],
		['orders', '2'],
	]);
});
