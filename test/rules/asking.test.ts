import { expect, test } from 'vitest';
import type { Event } from '../../src/events/event.ts';
import { allow, ask, fail, on, reason } from './asks.ts';
import { answers, calls, rule, World, wrong } from './world.ts';

test('A rule that is switched off is not asked.', async () => {
	const world = new World(rule('bad', { on, act: calls }));
	world.functions['bad'] = () => wrong();
	for (let i = 0; i < 3; i++) {
		expect(await reason(ask(world))).toBeDefined();
	}
	expect(ask(world)).toBeUndefined();
});

test('Who asks the same at the same time is answered apart.', async () => {
	const world = new World(rule('it', { on, act: calls }));
	const asked = [ask(world), ask(world), ask(world, 'Start')];
	world.answer('it', answers({ do: 'fail', because: 'first' }));
	world.answer('it', answers());
	world.answer('it', answers({ do: 'fail', because: 'third' }));
	const reasons = await Promise.all(asked.map(reason));
	expect(reasons.map((one) => one?.replace(/.*: /, ''))).toEqual(['first', undefined, 'third']);
});

test('Rules that are gone when they are to answer have nothing to say.', async () => {
	const world = new World(rule('it', { on, act: calls }), rule('its end', { on, act: fail() }));
	const asked = [ask(world), ask(world)];
	world.engine.replace([]);
	world.answer('it', wrong('gone'));
	world.answer('it', wrong('gone'));
	expect(await Promise.all(asked.map(reason))).toEqual([
		'the rule "its end" of a.lua refuses it',
		'the rule "its end" of a.lua refuses it',
	]);
});

test('An answer is for who asked that, when it is heard of later; nobody waits for rules that are gone by then.', async () => {
	const world = new World(
		rule('request', { on, act: fail() }),
		rule('bind', { on: ['bind.requested'], file: 'b.lua', act: allow }),
	);
	world.unheard = [];
	const fields = ['uid=0'] as const;
	const request = () => world.engine.ask('request.received', 'db', fields);
	const asked = [world.engine.ask('bind.requested', 'db', fields), request(), request()];
	const [bind, first, second] = world.unheard.splice(0);
	world.unheard = undefined;
	for (const event of [first, bind]) {
		world.engine.hear(event as Event);
	}
	expect(await reason(asked[1])).toBe('the rule "request" of a.lua refuses it');
	expect(await asked[0]).toBe('allow');
	world.engine.replace([]);
	world.engine.hear(second as Event);
	expect(await asked[2]).toBeUndefined();
	expect(world.clock.waiting).toBe(0);
});
