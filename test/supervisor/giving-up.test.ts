import { expect, test } from 'vitest';
import type { Entry } from '../../src/supervisor/entry.ts';
import { GivingUp, isLimited } from '../../src/supervisor/giving-up.ts';
import { entryIn, groupOf, running } from './entries.ts';
import { World } from './world.ts';

test('a group has given up when the last of its members is stopped', () => {
	const up = entryIn(running, { name: 'up' });
	const failed = entryIn(
		{ tag: 'failed', why: { tag: 'limit', failures: 5, within: 1 } },
		{ name: 'failed' },
	);
	const off = entryIn({ tag: 'stopped' }, { name: 'off' });
	const told: unknown[] = [];
	const giving = new GivingUp({
		get: () => undefined,
		entries: () => [up, failed, off],
		isLeaving: (entry) => entry.life.state.tag === 'running',
		stoppedWithin: () => [],
		stop: (entries) => told.push(entries.map((it) => it.name)),
		done: (group, why, members) => told.push([group, why, members.map((it) => it.name)]),
		kept: () => {},
	});
	giving.begin('shop', 'too many');
	expect([told, giving.all(), giving.has('shop')]).toEqual([[['up', 'off']], ['shop'], true]);
	expect(up.remark).toBe('group shop gave up: too many');
	up.life = { ...up.life, state: { tag: 'stopped' } };
	giving.changed('shop', up);
	expect(told.at(-1)).toEqual(['shop', 'too many', ['up', 'failed']]);
	giving.changed('shop', up);
	giving.drop('shop');
	expect([told.length, giving.all(), isLimited(failed), isLimited(up)]).toEqual([2, [], true, false]);
});

test('a group goes on to give up in another daemon', () => {
	const [up, off] = [entryIn(running, { name: 'up' }), entryIn({ tag: 'stopped' }, { name: 'off' })];
	const entries = new Map([up, off].map((it) => [it.name, it]));
	const done: unknown[] = [];
	const ports = {
		get: (name: string) => entries.get(name),
		entries: () => [up, off],
		isLeaving: (entry: Entry) => entry.life.state.tag === 'running',
		stoppedWithin: () => [],
		stop: () => {},
		done: (group: string, why: string, members: readonly Entry[]) =>
			done.push([group, why, members.map((it) => it.name)]),
		kept: () => {},
	};
	const before = new GivingUp(ports);
	before.begin('shop', 'too many');
	const told = before.told();
	expect(told).toEqual([{ group: 'shop', why: 'too many', left: ['up'], members: ['up'] }]);
	const after = new GivingUp(ports);
	after.restore(told);
	after.resume();
	expect([after.told(), done]).toEqual([told, []]);
	up.life = { ...up.life, state: { tag: 'stopped' } };
	after.changed('shop', up);
	expect([after.all(), done]).toEqual([[], [['shop', 'too many', ['up']]]]);
	entries.clear();
	const without = new GivingUp(ports);
	without.restore(told);
	without.resume();
	expect([without.all(), done.slice(1)]).toEqual([[], [['shop', 'too many', []]]]);
	expect(without.version).toBeGreaterThan(0);
});

test('a group does not give up when a member is started meanwhile, nor waits for one that was forgotten', () => {
	const entries = ['one', 'other'].map((name) => entryIn(running, { name })) as [Entry, Entry];
	const leaving = new Set(entries);
	const told: unknown[] = [];
	const giving = new GivingUp({
		get: () => undefined,
		entries: () => entries,
		isLeaving: (entry) => leaving.has(entry),
		stoppedWithin: () => [],
		stop: () => {},
		done: (group) => told.push(`done ${group}`),
		kept: (group) => told.push(`kept ${group}`),
	});
	giving.begin('shop', 'too many');
	giving.changed('shop', entries[0]);
	leaving.clear();
	giving.changed('shop', entries[0]);
	giving.changed('shop', entries[1]);
	expect([told, giving.all()]).toEqual([['kept shop'], []]);
	for (const entry of entries) {
		leaving.add(entry);
	}
	giving.begin('shop', 'too many');
	for (const entry of entries) {
		giving.gone('shop', entry);
	}
	expect([told, giving.all()]).toEqual([['kept shop', 'done shop'], []]);
});

test('a group that gives up does not wait for a member that is started meanwhile, for something needs it', () => {
	const user = { requires: ['b'] };
	const world = new World(
		[{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'before', ...user }, { name: 'user', ...user }],
		[groupOf('shop', 'one_for_one', ['a', 'b', 'c'], 0)],
	);
	world.orders.boot(world.of('shop', 'before'));
	world.settle();
	world.step('a', 'fail');
	world.step('a');
	expect([world.get('b').ordered, world.orders.groups.state('shop')]).toEqual([
		'stops when before is stopped',
		'stopping',
	]);
	void world.orders.start(world.of('user'));
	world.settle();
	expect(world.states('shop')).toBe('a stopped, b running, c stopped');
	expect([world.orders.groups.state('shop'), world.orders.groups.told().givingUp]).toEqual(['ready', []]);
});

test('whatever changes what a daemon that takes over has to know is counted', () => {
	const [a, b] = ['a', 'b'].map((name) => entryIn(running, { name })) as [Entry, Entry];
	const giving = new GivingUp({
		get: () => undefined,
		entries: () => [a, b],
		isLeaving: () => true,
		stoppedWithin: () => [],
		stop: () => {},
		done: () => {},
		kept: () => {},
	});
	const versions = [giving.version];
	for (const change of [
		() => giving.begin('shop', 'too many'),
		() => giving.forgo([b]),
		() => giving.gone('shop', a),
		() => giving.drop('shop'),
	]) {
		change();
		versions.push(giving.version);
	}
	expect(versions).toEqual([...new Set(versions)]);
});
