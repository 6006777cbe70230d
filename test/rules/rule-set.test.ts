import { expect, test } from 'vitest';
import { mostRules } from '../../src/rules/rule-set.ts';
import { calls, named, rule, World, wrong } from './world.ts';

test('A rule that was switched off is on again when its file is loaded anew, not when another one is.', async () => {
	const f = rule('f', { act: calls, timer: { tag: 'every', every: 1000 } });
	const world = new World(f);
	world.functions['f'] = () => wrong();
	world.clock.pass(5000);
	expect(world.told('timer')).toHaveLength(3);
	world.engine.replace([f, rule('new', { file: 'b.lua' })], ['b.lua']);
	world.clock.pass(5000);
	expect(world.told('timer')).toHaveLength(3);
	world.engine.replace([f], ['a.lua']);
	expect(world.engine.rows()[0]?.error).toBe('');
	world.clock.pass(2000);
	expect(world.told('timer')).toHaveLength(5);
	world.engine.replace([{ ...f, line: 9 }]);
	world.clock.pass(2000);
	expect(world.told('timer')).toHaveLength(7);
});

test('A timer goes on when files are loaded anew that declare it as before, and ends with its rule.', () => {
	const tick = rule('tick', { timer: { tag: 'every', every: 1000 } });
	const world = new World(tick);
	world.clock.pass(600);
	world.engine.replace([rule('new', {}), { ...tick, line: 20 }], ['a.lua']);
	world.clock.pass(400);
	expect(world.told('timer')).toHaveLength(1);
	world.engine.replace([{ ...tick, timer: { tag: 'every', every: 500 } }]);
	world.clock.pass(500);
	expect(world.told('timer')).toHaveLength(2);
	world.engine.replace([]);
	expect(world.clock.waiting).toBe(0);
});

test('What lasts is counted on when its file is loaded anew as before, and forgotten with the rule.', async () => {
	const hung = rule('hung', { lasting: 1000 });
	const world = new World(hung);
	world.happen('process.exited', 'web');
	world.clock.pass(900);
	world.engine.replace([{ ...hung }], ['a.lua']);
	world.clock.pass(100);
	expect(await world.done()).toEqual(['hung 1']);
	const again = world.happen('process.exited', 'web').seq;
	world.clock.pass(1000);
	expect(await world.done()).toEqual([`hung ${again}`]);
	world.happen('process.exited', 'web');
	world.engine.replace([{ ...hung }], ['a.lua']);
	world.happen('process.starting', 'web');
	world.clock.pass(1000);
	expect(await world.done()).toEqual([]);
	world.happen('process.exited', 'web');
	world.engine.replace([]);
	world.clock.pass(5000);
	expect([await world.done(), world.clock.waiting]).toEqual([[], 0]);
});

test('limit outlives the daemon, by what the journal says of it, and a file loaded anew.', async () => {
	const it = rule('it, twice', { limit: { times: 2, within: 10_000 } });
	const old = new World(it);
	expect(old.engine.past.lookBack).toBe(10_000);
	old.happen('process.exited');
	old.clock.pass(1000);
	old.happen('process.exited');
	const world = new World(it, rule('other', { file: 'b.lua' }));
	world.engine.past.count([{ first: 1, last: 2 }, ...old.events]);
	expect(world.engine.rows()[0]).toMatchObject({ fired: 0, last: '2026-11-21T16:00:01.000Z' });
	world.clock.pass(9_999);
	world.happen('process.exited');
	expect(await world.done()).toEqual(['other 1']);
	world.engine.replace([{ ...it, on: ['process.failed', 'process.exited'] }]);
	world.happen('process.exited');
	expect(await world.done()).toEqual([]);
	world.clock.pass(1);
	world.happen('process.exited');
	world.happen('process.exited');
	expect(await world.done()).toHaveLength(1);
	expect(new World(rule('x', {})).engine.past.lookBack).toBe(0);
});

test('What rules ask for are the opt-in types that on names, with their conditions.', () => {
	const when = named('web-*');
	const world = new World(
		rule('a', { on: ['process.sample', 'process.exited'], when, except: named('web-9') }),
		rule('b', { on: ['pressure.*', '*'] }),
		rule('off', { on: ['oom.killed'], act: calls }),
	);
	world.functions['off'] = () => wrong();
	const types = () => world.engine.wants().map(({ type }) => type);
	expect(world.engine.wants()[0]).toEqual({ type: 'process.sample', when, except: named('web-9') });
	expect(types()).toEqual(['process.sample', 'pressure.cpu', 'pressure.memory', 'pressure.io', 'oom.killed']);
	for (let i = 0; i < 3; i++) {
		world.happen('oom.killed');
	}
	expect(types()).not.toContain('oom.killed');
});

test.each([
	[0, true],
	[1, true],
	[mostRules, true],
	[mostRules + 1, false],
])('%d rules are taken: %s.', (count, taken) => {
	const world = new World(rule('before', {}));
	const rules = Array.from({ length: count }, (_, i) => rule(`r${i}`, {}));
	const refused = world.engine.replace(rules);
	expect(refused).toEqual(
		taken ? undefined : { refused: `${count} rules are too many: ${mostRules} at most` },
	);
	expect(world.engine.rows()).toHaveLength(taken ? count : 1);
});

test('What a rule wants is the same object while its file is not loaded anew, so that no source is told again.', () => {
	const it = rule('it', { on: ['process.sample', 'pressure.*'] });
	const world = new World(it);
	const before = world.engine.wants();
	world.engine.replace([it, rule('new', { file: 'b.lua', on: ['oom.killed'] })], ['b.lua']);
	const after = world.engine.wants();
	expect(after.map(({ type }) => type)).toEqual([...before.map(({ type }) => type), 'oom.killed']);
	expect(after.slice(0, before.length).every((want, i) => want === before[i])).toBe(true);
});
