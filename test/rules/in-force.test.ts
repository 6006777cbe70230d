import { expect, test } from 'vitest';
import { answers, calls, log, rule, World } from './world.ts';

test('A rule that fires is shown in Rules with how often and when.', async () => {
	const world = new World(
		rule('it', { on: ['process.exited', 'timer'] }),
		rule('other', { file: 'b.lua', on: ['timer'] }),
	);
	world.happen('process.exited');
	world.clock.pass(1500);
	world.happen('process.exited');
	expect(world.engine.rows()).toEqual([
		{
			file: 'a.lua',
			rule: 'it',
			on: 'process.exited;timer',
			fired: 2,
			last: '2026-11-21T16:00:01.500Z',
			error: '',
		},
		{ file: 'b.lua', rule: 'other', on: 'timer', fired: 0, last: '-', error: '' },
	]);
});

test('Of what is told of itself a rule sees nothing, so that one with on = "*" does not answer itself.', async () => {
	const world = new World(rule('all', { on: ['*'] }));
	world.happen('process.exited', 'web');
	expect(await world.done()).toEqual(['all 1']);
});

test('A condition that cannot be tested is an error of the rule.', () => {
	const world = new World(rule('it', { line: 5, when: { reason: { is: 'matching', pattern: '[' } } }));
	for (let i = 0; i < 4; i++) {
		world.happen('process.exited', 'web', 'reason=x');
	}
	expect(world.told('rule.error')).toHaveLength(3);
	expect(world.told('rule.error')[0]).toMatch(
		/^- file=a.lua rule=it line=5 reason=matching "\[": .* cause=1$/,
	);
	expect(world.engine.rows()[0]?.error).toContain('switched off');
});

test('limit fires no more often than that, and a function is not even called.', async () => {
	const limit = { times: 2, within: 1000 };
	const world = new World(rule('data', { limit }), rule('f', { limit, act: calls, file: 'b.lua' }));
	let called = 0;
	world.functions['f'] = () => {
		called++;
		return called === 1 ? answers() : answers(log('f'));
	};
	for (let i = 0; i < 5; i++) {
		world.happen('process.exited');
		world.clock.pass(100);
	}
	expect((await world.done()).map((one) => one.split(' ')[0])).toEqual(['data', 'data', 'f', 'f']);
	expect(called).toBe(3);
	world.clock.pass(500);
	world.happen('process.exited');
	expect((await world.done()).map((one) => one.split(' ')[0])).toEqual(['data']);
	world.clock.pass(200);
	world.happen('process.exited');
	expect((await world.done()).map((one) => one.split(' ')[0])).toEqual(['data', 'f']);
});
