import { expect, test } from 'vitest';
import { ask, fail, on } from './asks.ts';
import { glob, rule, World } from './world.ts';

test('Nothing is published and nobody waits when no rule asks for such a request.', () => {
	const world = new World(
		rule('stops of db', { on, when: { request: glob('Stop'), name: glob('db') }, act: fail() }),
		rule('everything', { on: ['*'], act: fail() }),
		rule('all requests that there are', { on: ['*.re*'], act: fail() }),
		rule('bind', { on: ['bind.requested'], when: { uid: { is: 'equal', to: 80 } }, act: fail() }),
		rule('lasting', { on, lasting: 1000, act: fail() }),
	);
	expect([ask(world, 'Start'), ask(world, 'Stop', 'web')]).toEqual([undefined, undefined]);
	expect(world.engine.ask('bind.requested', 'web', ['uid=81'])).toBeUndefined();
	expect(new World().engine.ask('bind.requested', 'web', ['uid=80'])).toBeUndefined();
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
