import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { until } from '../live/until.ts';
import { ask, rows } from './ask.ts';
import { fieldOf, ruled, sleeping } from './ruled.ts';
import { Watch } from './watch.ts';

const follow = (who: string, whom: string, more = '') => `
rule "${who} follows ${whom}" {
	on = "process.started", when = { name = "${whom}" },
	act = start { name = "${who}", because = "${whom} is there" }, ${more}
}
`;

test('what a rule asks for is carried out and told, with what caused it', async () => {
	const toml = sleeping('web', 'manual = true') + sleeping('mail', 'manual = true');
	const archon = await ruled(toml, follow('mail', 'web'));
	const watch = await Watch.begin(archon);
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
	const cause = (await watch.event('process.started', 'web'))[1];
	const fired = await watch.event('rule.fired');
	expect(fired.slice(4)).toEqual([
		'web',
		'file=rules.lua',
		'rule=mail follows web',
		'act=start',
		'because=web is there',
		`cause=${cause}`,
	]);
	for (const type of ['process.starting', 'process.started', 'process.ready']) {
		expect(fieldOf(await watch.event(type, 'mail'), 'cause')).toBe(cause);
	}
	expect(await rows(archon, 'Rules')).toEqual([
		{
			file: 'rules.lua',
			rule: 'mail follows web',
			on: 'process.started',
			fired: '1',
			last: expect.stringMatching(/^20.*Z$/),
			error: '',
		},
	]);
	expect(await ask(archon, 'Signal', 'mail', 'KILL')).toBe('Ok');
	expect(fieldOf(await watch.event('process.exited', 'mail'), 'cause')).toBeUndefined();
});

test('a file that comes or changes is in force within a second, one with a mistake changes nothing', async () => {
	const archon = await Archon.configured(sleeping('web', 'manual = true'));
	const watch = await Watch.begin(archon);
	expect(await rows(archon, 'Rules')).toEqual([]);
	const titles = async () => (await rows(archon, 'Rules')).map((row) => row['rule']);
	const took: number[] = [];
	for (const other of ['v', 'w', 'x', 'y']) {
		const began = performance.now();
		archon.rule('a.lua', follow('web', other));
		await until(async () => (await titles()).includes(`web follows ${other}`));
		took.push(performance.now() - began);
	}
	// On a busy machine it may take longer, but not each time.
	expect(Math.min(...took)).toBeLessThan(1000);
	archon.rule('a.lua', 'rule "broken" {');
	const error = await watch.event('rule.error');
	expect(error.slice(4, 7)).toEqual(['-', 'file=a.lua', 'line=1']);
	// The one before is in force, and that the file is another by now is seen.
	expect(await titles()).toEqual(['web follows y', '-']);
});

test('what cannot be done is a rule.error and stands in Rules', async () => {
	const archon = await ruled(
		sleeping('web', 'manual = true'),
		`rule "stops nobody" { on = "process.ready", act = stop { name = "nosuch" } }
		 rule "runs nothing" { on = "process.ready", act = run { "/nonexistent/program" } }`,
	);
	const watch = await Watch.begin(archon);
	await ask(archon, 'Start', 'web');
	const cause = (await watch.event('process.ready', 'web'))[1];
	const errors = [await watch.event('rule.error'), await watch.event('rule.error')];
	expect(errors.map((it) => fieldOf(it, 'reason')).sort()).toEqual([
		'run: cannot start "/nonexistent/program": exec: no such file or directory',
		'stop: nothing is called "nosuch"; Status lists what there is',
	]);
	expect(errors.map((it) => fieldOf(it, 'cause'))).toEqual([cause, cause]);
	expect((await rows(archon, 'Rules')).map((row) => row['error']?.slice(0, 5))).toEqual(['stop:', 'run: ']);
});
