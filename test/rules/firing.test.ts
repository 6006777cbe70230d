import { expect, test } from 'vitest';
import { mostErrors } from '../../src/rules/in-force.ts';
import { seen } from './asks.ts';
import { acts, answers, calls, cannot, emit, glob, log, restart, rule, World, wrong } from './world.ts';

test('That it fired is told before anything is carried out: with what, why and because of which event.', async () => {
	const act = acts(restart, { ...log('x'), because: 'memory' }, restart, { ...restart, because: 'later' });
	const world = new World(rule('recycle', { file: 'm.lua', act }));
	world.happen('process.exited', 'web');
	expect(world.batches).toEqual([]);
	expect(world.told('rule.fired')).toEqual([
		'web file=m.lua rule=recycle act=restart;log because=memory cause=1',
	]);
	expect(await world.done()).toEqual(['restart (web)', 'x 1', 'restart (web)', 'restart (web)']);
});

test('What rules ask for in one turn is carried out together, in the order of events and rules.', async () => {
	const world = new World(
		rule('one', { file: 'a.lua' }),
		rule('two', { file: 'b.lua' }),
		rule('three', { file: 'b.lua' }),
	);
	world.happen('process.exited', 'web');
	world.happen('process.exited', 'db');
	const second = world.events.at(-4)?.seq;
	await world.engine.settled();
	expect(world.batches).toEqual([
		['one 1', 'two 1', 'three 1', `one ${second}`, `two ${second}`, `three ${second}`],
	]);
});

test('What a rule emits is an event that names its cause, and rules see it in turn.', async () => {
	const world = new World(
		rule('first', { act: acts(emit('pager.sent', 'to=oncall', 'cause=99'), log('after')) }),
		rule('second', { on: ['pager.sent'], when: { to: glob('oncall') } }),
	);
	world.happen('process.exited', 'web');
	expect(await world.done()).toEqual(['after 1', 'second 3']);
	expect(world.told('pager.sent')).toEqual(['web to=oncall cause=1']);
	expect(world.told('rule.fired')[1]).toBe('web file=a.lua rule=second act=log cause=3');
});

test('A function that goes wrong is a rule.error with its line; the third time in a row it is switched off.', async () => {
	const world = new World(
		rule('f', { act: calls, timer: { tag: 'every', every: 1000 }, on: ['process.exited', 'timer'] }),
	);
	for (const good of [false, false, true, false, false]) {
		world.happen('process.exited', 'web');
		world.answer('f', good ? answers() : wrong('no field "x"'));
	}
	expect(world.told('rule.error')).toHaveLength(4);
	expect(world.told('rule.error')[0]).toBe('- file=a.lua rule=f line=7 reason=no field "x" cause=1');
	expect([world.engine.rows()[0]?.error, world.clock.waiting]).toEqual(['no field "x"', 1]);
	world.happen('process.exited', 'web');
	world.answer('f', wrong('again', 0));
	const off = `again; after ${mostErrors} errors in a row it is switched off until its file is loaded anew`;
	expect(world.told('rule.error').at(-1)).toBe(`- file=a.lua rule=f reason=${off} cause=10`);
	expect(world.engine.rows()[0]).toMatchObject({ error: off, fired: 0 });
	expect(world.clock.waiting).toBe(0);
	world.happen('process.exited', 'web');
	expect(world.open).toEqual([]);
});

test('What cannot be carried out is a rule.error, which does not switch the rule off.', async () => {
	const world = new World(rule('r', { line: 4, act: acts(log('before'), restart) }));
	world.impossible['restart'] = cannot;
	for (let i = 0; i < 4; i++) {
		world.happen('process.exited', 'web');
		await world.engine.settled();
	}
	expect(world.told('rule.error')).toHaveLength(4);
	expect(world.told('rule.error')[0]).toBe(
		'- file=a.lua rule=r line=4 reason=restart: there is none cause=1',
	);
	expect(world.engine.rows()[0]).toMatchObject({ fired: 4, error: 'restart: there is none' });
});

test('The 16th rule in a chain is an error and nothing is carried out.', async () => {
	const world = new World(rule('ping', { on: ['ping.pong'], act: acts(emit('ping.pong'), log('ping')) }));
	world.happen('ping.pong', 'x');
	expect(await world.done()).toHaveLength(15);
	expect(world.told('ping.pong')).toHaveLength(16);
	expect(world.told('rule.error')).toEqual([
		`- file=a.lua rule=ping line=1 reason=it is the 16th rule in a chain of events that rules caused: nothing is done cause=${world.events.findLast(({ type }) => type === 'ping.pong')?.seq}`,
	]);
});

test('A chain goes through what actions bring about, as cause= tells it, and over several rules.', async () => {
	const world = new World(
		rule('a', { on: ['process.started'] }),
		rule('b', { file: 'b.lua', on: ['process.stopped'] }),
	);
	let cause: number | undefined;
	for (let i = 0; i < 20; i++) {
		const type = i % 2 === 0 ? 'process.started' : 'process.stopped';
		cause = world.happen(type, 'web', 'pid=1', ...(cause === undefined ? [] : [`cause=${cause}`])).seq;
	}
	expect(await world.done()).toHaveLength(15);
	expect(world.told('rule.error')).toHaveLength(1);
	world.happen('process.started', 'web');
	expect(await world.done()).toHaveLength(1);
});

test('Rules that see everything and each other come to an end.', async () => {
	const world = new World(rule('one', { on: ['*'] }), rule('two', { on: ['*'], file: 'b.lua' }));
	world.happen('process.exited', 'web');
	expect((await world.done()).length).toBeLessThan(40);
	expect(world.told('rule.error').length).toBeLessThan(10);
});

test('Rules that multiply come to an end, and it is told once.', async () => {
	const twice = acts(emit('x.y'), emit('x.y'), emit('x.y'));
	const world = new World(rule('more', { on: ['x.y'], act: twice }));
	world.happen('x.y');
	await world.engine.settled();
	expect(world.told('rule.fired')).toHaveLength(1000);
	expect(world.told('rule.error')).toHaveLength(1);
	expect(world.told('rule.error')[0]).toContain('1000 rules answered what one event brought about');
	world.happen('x.y');
	await world.engine.settled();
	expect(world.told('rule.fired')).toHaveLength(2000);
});

test('limit holds for functions that answer late as well.', async () => {
	const world = new World(rule('f', { limit: { times: 1, within: 1000 }, act: calls }));
	world.happen('process.exited');
	world.happen('process.exited');
	world.answer('f', answers(log('f')));
	world.answer('f', answers(log('f')));
	expect(await world.done()).toEqual(['f 1']);
});

test('fail and allow answer nothing else: elsewhere they are a mistake, which does not switch the rule off.', async () => {
	const world = new World(rule('it', { line: 3, act: acts({ do: 'fail' }, seen) }));
	world.happen('process.exited', 'web');
	expect(await world.done()).toEqual(['seen 1']);
	expect(world.told('rule.error')).toEqual([
		'- file=a.lua rule=it line=3 reason=fail answers request.received and bind.requested alone, not process.exited cause=1',
	]);
});
