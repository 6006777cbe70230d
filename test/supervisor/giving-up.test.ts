import { expect, test } from 'vitest';
import type { Entry } from '../../src/supervisor/entry.ts';
import { GivingUp, isFailedForGood, isLimited } from '../../src/supervisor/giving-up.ts';
import { entryIn, running } from './entries.ts';

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
		isThere: (entry) => entry.life.state.tag === 'running',
		stoppedWithin: () => [],
		stop: (entries) => told.push(entries.map((it) => it.name)),
		done: (group, why, members) => told.push([group, why, members.map((it) => it.name)]),
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
		isThere: (entry: Entry) => entry.life.state.tag === 'running',
		stoppedWithin: () => [],
		stop: () => {},
		done: (group: string, why: string, members: readonly Entry[]) =>
			done.push([group, why, members.map((it) => it.name)]),
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

test('one that reached its limit has failed for good unless it will try again', () => {
	const limited = entryIn({ tag: 'failed', why: { tag: 'limit', failures: 5, within: 1 } });
	const set = (retry: number) => ({
		...limited,
		spec: { ...limited.spec, limit: { ...limited.spec.limit, retry } },
	});
	expect([set(0), set(1), entryIn(running)].map(isFailedForGood)).toEqual([true, false, false]);
});
