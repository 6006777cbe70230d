import { expect, test } from 'vitest';
import { allow, ask, fail, on, reason, seen } from './asks.ts';
import { acts, answers, calls, glob, rule, World, wrong } from './world.ts';

test('A fail refuses, with the rule and because in the reason; what else it says is done.', async () => {
	const act = acts(seen, { do: 'fail', because: 'not at night' });
	const world = new World(rule('no stops at night', { on, file: 'night.lua', act }));
	expect(await reason(ask(world))).toBe('the rule "no stops at night" of night.lua refuses it: not at night');
	expect(await world.done()).toEqual(['seen 1']);
	expect(world.told('rule.fired')).toEqual([
		'db file=night.lua rule=no stops at night act=log;fail because=not at night cause=1',
	]);
	expect(world.clock.waiting).toBe(0);
	expect(await reason(ask(new World(rule('never', { on, act: fail() }))))).toBe(
		'the rule "never" of a.lua refuses it',
	);
});

test('The first that fails or allows it decides, whoever answers first; all are asked.', async () => {
	const rules = [rule('one', { on, act: calls }), rule('two', { on, file: 'b.lua', act: fail() })];
	const world = new World(
		...rules,
		rule('three', {
			on: ['*'],
			when: { request: glob('Stop') },
			file: 'c.lua',
			act: acts(seen, { do: 'allow' }),
		}),
	);
	const allowed = ask(world);
	world.answer('one', answers({ do: 'allow' }, { do: 'fail' }));
	expect(await allowed).toBe('allow');
	expect(await world.done()).toEqual(['seen 1']);
	const refused = ask(world);
	world.answer('one', answers(seen));
	expect(await reason(refused)).toBe('the rule "two" of b.lua refuses it');
	expect(await world.done()).toHaveLength(2);
});

test('When nobody decides, that is told from a rule that allows it.', async () => {
	const limit = { times: 1, within: 1000 };
	const world = new World(
		rule('nothing', { on, act: calls }),
		rule('something', { on }),
		rule('limited', { on, limit, act: fail() }),
	);
	world.functions['nothing'] = () => answers();
	expect(await reason(ask(world))).toBe('the rule "limited" of a.lua refuses it');
	expect(await ask(world)).toBeUndefined();
});

test('A rule that does not answer within 100 ms refuses it, even behind one that would have allowed it.', async () => {
	const world = new World(rule('slow', { on, act: calls }), rule('other', { on, file: 'b.lua', act: allow }));
	const asked = ask(world);
	world.clock.pass(99);
	expect(world.clock.waiting).toBe(1);
	world.clock.pass(1);
	expect(await reason(asked)).toBe('the rule "slow" of a.lua gave no answer within 100ms');
	world.answer('slow', answers(seen, { do: 'allow' }));
	expect(await world.done()).toEqual(['seen 1']);
});

test('A rule that goes wrong refuses it.', async () => {
	const world = new World(rule('bad', { on, act: calls }));
	const asked = ask(world);
	world.answer('bad', wrong('attempt to index nil'));
	expect(await reason(asked)).toBe('the rule "bad" of a.lua went wrong: attempt to index nil');
});
