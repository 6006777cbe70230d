import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import type { Event } from '../../src/events/event.ts';
import { mostWaiting } from '../../src/rules/lane.ts';
import { acts, answers, calls, glob, rule, World, wrong } from './world.ts';

const on = ['request.received'];
const log = { do: 'log', level: 'info', text: 'seen' } as const;
const fail = (because?: string) => acts({ do: 'fail', ...(because === undefined ? {} : { because }) });
const allow = acts({ do: 'allow' });

function ask(world: World, request = 'Stop', name = 'db') {
	return world.engine.ask('request.received', name, [`request=${request}`, 'uid=0']);
}

async function reason(asked: ReturnType<typeof ask>): Promise<string | undefined> {
	const answer = await asked;
	return isRefusal(answer) ? answer.refused : undefined;
}

test('Nothing is published and nobody waits when no rule asks for such a request.', () => {
	const world = new World(
		rule('stops of db', { on, when: { request: glob('Stop'), name: glob('db') }, act: fail() }),
		rule('everything', { on: ['*'], act: fail() }),
		rule('all requests that there are', { on: ['*.re*'], act: fail() }),
		rule('bind', { on: ['bind.requested'], when: { port: { is: 'equal', to: 80 } }, act: fail() }),
		rule('lasting', { on, lasting: 1000, act: fail() }),
	);
	expect([ask(world, 'Start'), ask(world, 'Stop', 'web')]).toEqual([undefined, undefined]);
	expect(world.engine.ask('bind.requested', 'web', ['port=81'])).toBeUndefined();
	expect(new World().engine.ask('bind.requested', 'web', ['port=80'])).toBeUndefined();
	expect([world.events, world.clock.waiting]).toEqual([[], 0]);
});

test.each([
	['a word', { request: glob('Stop') }, 'Stop', true],
	['another word', { request: glob('Start') }, 'Stop', false],
	['a list', { request: { is: 'any', of: [glob('Start'), glob('Stop')] } }, 'Stop', true],
	['a list of others', { request: { is: 'any', of: [glob('Start'), glob('Start')] } }, 'Stop', false],
	['a glob', { request: glob('St*') }, 'Stop', true],
	['a glob of others', { request: glob('St*t') }, 'Stop', false],
	['a list with a glob', { request: { is: 'any', of: [glob('x'), glob('S?op')] } }, 'Stop', true],
	['nothing', {}, 'Ping', true],
] as const)(
	'A rule whose condition says %s of the request is found: %j, %s, %s.',
	async (_, when, request, isAsked) => {
		const world = new World(rule('it', { on, when, act: fail() }));
		expect(ask(world, request) !== undefined).toBe(isAsked);
		expect(world.told('request.received')).toEqual(isAsked ? [`db request=${request} uid=0`] : []);
	},
);

test('A fail refuses, with the rule and because in the reason; what else it says is done.', async () => {
	const act = acts(log, { do: 'fail', because: 'not at night' });
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
			act: acts(log, { do: 'allow' }),
		}),
	);
	const allowed = ask(world);
	world.answer('one', answers({ do: 'allow' }, { do: 'fail' }));
	expect(await allowed).toBeUndefined();
	expect(await world.done()).toEqual(['seen 1']);
	const refused = ask(world);
	world.answer('one', answers(log));
	expect(await reason(refused)).toBe('the rule "two" of b.lua refuses it');
	expect(await world.done()).toHaveLength(2);
});

test('When nobody decides, it is allowed.', async () => {
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
	world.answer('slow', answers(log, { do: 'allow' }));
	expect(await world.done()).toEqual(['seen 1']);
});

test('A rule that goes wrong refuses it.', async () => {
	const world = new World(rule('bad', { on, act: calls }));
	const asked = ask(world);
	world.answer('bad', wrong('attempt to index nil'));
	expect(await reason(asked)).toBe('the rule "bad" of a.lua went wrong: attempt to index nil');
});

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
	const fields = ['request=Stop', 'uid=0'];
	const asked = [world.engine.ask('bind.requested', 'db', fields), ask(world), ask(world)];
	const [bind, first, second] = world.unheard.splice(0);
	world.unheard = undefined;
	for (const event of [first, bind]) {
		world.engine.hear(event as Event);
	}
	expect(await reason(asked[1])).toBe('the rule "request" of a.lua refuses it');
	expect(await asked[0]).toBeUndefined();
	world.engine.replace([]);
	world.engine.hear(second as Event);
	expect(await asked[2]).toBeUndefined();
	expect(world.clock.waiting).toBe(0);
});

test('Rules that have too much to do refuse it at once; those that are gone before their turn say nothing.', async () => {
	const both = [...on, 'process.exited'];
	const world = new World(rule('busy', { on: both, act: calls }), rule('next', { on, act: calls }));
	for (let i = 0; i < 32; i++) {
		world.happen('process.exited', 'web');
	}
	const waiting = ask(world);
	world.engine.replace([rule('busy', { on: both, act: calls })], ['a.lua']);
	for (let i = 1; i < mostWaiting; i++) {
		world.happen('process.exited', 'web');
	}
	expect(await reason(ask(world))).toBe('the rule "busy" of a.lua has too much to do');
	world.functions['busy'] = () => answers();
	for (const { answer } of world.open.splice(0)) {
		answer(answers());
	}
	expect(await waiting).toBeUndefined();
});

test('fail and allow answer nothing else: elsewhere they are a mistake, which does not switch the rule off.', async () => {
	const world = new World(rule('it', { line: 3, act: acts({ do: 'fail' }, log) }));
	world.happen('process.exited', 'web');
	expect(await world.done()).toEqual(['seen 1']);
	expect(world.told('rule.error')).toEqual([
		'- file=a.lua rule=it line=3 reason=fail answers request.received and bind.requested alone, not process.exited cause=1',
	]);
});
