import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { ask, pidOf, rows } from '../../session/ask.ts';
import { ruled, service } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { until } from '../until.ts';

/** What a rule does that nobody else is to feel. */
const hostile = {
	'a loop': 'while true do end',
	'a loop around pcall': 'while true do pcall(function() while true do end end) end',
	'a memory bomb': 'local t = {} while true do t[#t + 1] = { {}, {} } end',
	'a bomb of text': 'local t = {} while true do t[#t + 1] = ("x"):rep(1000000) end',
};

test.each(Object.entries(hostile))(
	'%s delays no restart, no request and no other file, and is told as what it is',
	async (_, body) => {
		const directory = temporary();
		const web = service(
			'web',
			'exec sleep 60',
			'restart = "always"',
			'backoff = { from = "10ms", to = "10ms" }',
		);
		const archon = await ruled(
			web,
			`rule "bad" { on = "process.exited", act = function() ${body} end }`,
			directory,
		);
		writeFileSync(
			`${directory}/rules/good.lua`,
			'rule "good" { on = "process.exited", act = function(event) return emit { type = "good.seen" } end }',
		);
		expect(await ask(archon, 'Reload')).toBe('Ok');
		const watch = await Watch.begin(archon, 'types=process.*;rule.error;good.*');
		process.kill(await pidOf(archon, 'web'), 'SIGKILL');
		const ready = await watch.event('process.ready', 'web');
		expect(await ask(archon, 'Ping')).toBe('Ok');
		await watch.event('good.seen', 'web');
		const wrong = async () => await rows(archon, 'Events', 'types=rule.error');
		await until(async () => (await wrong()).length > 0);
		const [error] = await wrong();
		expect(error?.['fields']).toMatch(/^file=rules\.lua,rule=bad,"?reason=(took|not enough)/);
		// It was back before anybody found out about the rule; that takes 100 ms of computing where memory does not end it.
		if (error?.['fields']?.includes('took longer')) {
			expect(Number(ready[1])).toBeLessThan(Number(error['seq']));
		}
	},
);
