import { expect, test } from 'vitest';
import type { Group } from '../../../src/service/service.ts';
import { inTurn, type Turn, turnsOf } from '../../../src/supervisor/graph/turns.ts';
import { World } from '../world.ts';

const shown = (turns: readonly Turn[]) =>
	turns.map(({ entry, after }) => [entry.name, ...after.map((it) => it.name)].join(' < '));

test('what needs another in any way goes before it, as far as both go', () => {
	const world = new World([
		{ name: 'db' },
		{ name: 'cache' },
		{ name: 'app', requires: ['db'], wants: ['cache'] },
		{ name: 'web', requires: ['app'], after: ['cache'] },
	]);
	expect(shown(turnsOf(world.orders.view, world.of('cache', 'db', 'web')))).toEqual([
		'web',
		'cache < web',
		'db',
	]);
	expect(shown(turnsOf(world.orders.view, world.of('db', 'app', 'web', 'cache')))).toEqual([
		'web',
		'app < web',
		'cache < app < web',
		'db < app',
	]);
});

test('members of a group go in the reverse of their order', () => {
	const intensity = { restarts: 5, within: 60_000 };
	const group: Group = { name: 'g', members: ['a', 'b'], strategy: 'one_for_one', intensity };
	const world = new World([{ name: 'a' }, { name: 'b' }], [group]);
	expect(shown(turnsOf(world.orders.view, world.of('a', 'b')))).toEqual(['b', 'a < b']);
});

test('each is acted upon when those before it are done, and the rest at once', async () => {
	const world = new World([{ name: 'db' }, { name: 'lone' }, { name: 'web', requires: ['db'] }]);
	const acts: [names: string, done: () => void][] = [];
	const turns = turnsOf(world.orders.view, world.of('db', 'web', 'lone'));
	const all = inTurn(turns, (entries) => {
		return new Promise<void>((done) => acts.push([entries.map((it) => it.name).join(' '), done]));
	});
	expect(acts.map(([names]) => names)).toEqual(['web lone']);
	acts[0]?.[1]();
	await new Promise(setImmediate);
	expect(acts.map(([names]) => names)).toEqual(['web lone', 'db']);
	acts[1]?.[1]();
	await all;
});

test('of nothing nothing is asked', async () => {
	await inTurn([], () => Promise.reject(new Error('asked')));
});
