import { expect, test } from 'vitest';
import type { Entry } from '../../src/supervisor/entry.ts';
import { Rounds } from '../../src/supervisor/rounds.ts';
import { entryIn, groupOf, running } from './entries.ts';
import { World } from './world.ts';

test('those of two rounds that meet come back together, when all of them are down', () => {
	const there = new Set<Entry>();
	const done: string[] = [];
	const rounds = new Rounds({
		get: () => undefined,
		apply: () => undefined,
		isLeaving: (entry) => there.has(entry),
		hold: (entries) => done.push(`hold ${entries.map((it) => it.name).join(' ')}`),
		start: (entries) => done.push(`start ${entries.map((it) => it.name).join(' ')}`),
		release: (entries) => done.push(`release ${entries.map((it) => it.name).join(' ')}`),
	});
	const [a, b, c] = ['a', 'b', 'c'].map((name) => entryIn(running, { name })) as [Entry, Entry, Entry];
	const stopped = entryIn({ tag: 'stopped' }, { name: 'd' });
	there.add(a).add(b).add(c);
	rounds.begin('one', [a, b], []);
	rounds.begin('two', [b, c], [stopped]);
	expect([a, b, c].map((it) => rounds.groupOf(it))).toEqual(['two', 'two', 'two']);
	for (const entry of [a, b, c]) {
		there.delete(entry);
		entry.life = { ...entry.life, state: { tag: 'waiting', why: '' } };
		rounds.changed(entry);
	}
	expect(done).toEqual(['hold a b', 'hold b c', 'start d', 'release b c a']);
	expect(rounds.groupOf(a)).toBeUndefined();
});

test('a round goes on in another daemon, and is over there as well when nobody is left', () => {
	const [a, b] = ['a', 'b'].map((name) => entryIn(running, { name })) as [Entry, Entry];
	const d = entryIn({ tag: 'stopped' }, { name: 'd' });
	const entries = new Map([a, b, d].map((it) => [it.name, it]));
	const leaving = new Set([a, b]);
	const done: string[] = [];
	const ports = {
		get: (name: string) => entries.get(name),
		apply: () => undefined,
		isLeaving: (entry: Entry) => leaving.has(entry),
		hold: () => {},
		start: (all: readonly Entry[]) => done.push(`start ${all.map((it) => it.name).join(' ')}`),
		release: (all: readonly Entry[]) => done.push(`release ${all.map((it) => it.name).join(' ')}`),
	};
	const before = new Rounds(ports);
	before.begin('shop', [a, b], [d]);
	leaving.delete(a);
	a.life = { ...a.life, state: { tag: 'waiting', why: '' } };
	const version = before.version;
	before.changed(a);
	expect(before.version).toBeGreaterThan(version);
	const told = before.told();
	expect(told).toEqual([{ group: 'shop', members: ['a', 'b'], left: ['b'], stopped: ['d'] }]);
	const after = new Rounds(ports);
	after.restore(told);
	after.resume();
	expect([after.told(), after.groupOf(a), done]).toEqual([told, 'shop', []]);
	leaving.delete(b);
	after.changed(b);
	expect([after.told(), after.groupOf(a), done]).toEqual([[], undefined, ['start d', 'release a']]);
	entries.delete('b');
	const without = new Rounds(ports);
	without.restore(told);
	without.resume();
	expect([without.told(), done.slice(2)]).toEqual([[], ['start d', 'release a']]);
	expect(without.version).toBeGreaterThan(0);
});

test('a round does not wait for one that stays up after all, for its stop was asked for and taken back', () => {
	const world = new World(
		[{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'user', requires: ['b'] }],
		[groupOf('shop', 'one_for_all', ['a', 'b', 'c'])],
	);
	world.orders.boot(world.of('shop', 'user'));
	world.settle();
	world.step('a', 'fail');
	world.step('a');
	world.step('c');
	expect([world.states('shop'), world.get('b').ordered]).toEqual([
		'a waiting, b running, c waiting',
		'restarts when user is stopped',
	]);
	world.heard();
	void world.orders.stop(world.of('b'));
	void world.orders.start(world.of('b'));
	world.settle();
	expect(world.states()).toBe('a running, b running, c running, user running');
	expect(world.heard()).not.toContain('stopping b');
});

test('whatever changes what a daemon that takes over has to know is counted', () => {
	const [a, d] = [entryIn(running, { name: 'a' }), entryIn({ tag: 'stopped' }, { name: 'd' })];
	const leaving = new Set([a]);
	const rounds = new Rounds({
		get: () => undefined,
		apply: () => undefined,
		isLeaving: (entry) => leaving.has(entry),
		hold: () => {},
		start: () => {},
		release: () => {},
	});
	const versions = [rounds.version];
	for (const change of [
		() => rounds.begin('shop', [a], [d]),
		() => rounds.forgo([d]),
		() => {
			leaving.clear();
			rounds.changed(a);
		},
	]) {
		change();
		versions.push(rounds.version);
	}
	expect(versions).toEqual([...new Set(versions)]);
});
