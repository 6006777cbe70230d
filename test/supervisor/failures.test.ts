import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import { Failures } from '../../src/supervisor/failures.ts';
import { entryIn, groupOf, running } from './entries.ts';
import { World } from './world.ts';

const limited: State = { tag: 'failed', why: { tag: 'limit', failures: 5, within: 1 } };

function failed(retry: number) {
	const entry = entryIn(limited);
	return { ...entry, spec: { ...entry.spec, limit: { ...entry.spec.limit, retry } } };
}

test('one that reached its limit has failed for good unless it will try again', () => {
	const failures = new Failures();
	expect([failed(0), failed(1), entryIn(running)].map((it) => failures.isNew(it))).toEqual([
		true,
		false,
		false,
	]);
});

test('a failure is new once, and anew when it has been started meanwhile', () => {
	const [entry, other] = [failed(0), failed(0)];
	const failures = new Failures();
	failures.know([other]);
	expect([entry, entry, other].map((it) => failures.isNew(it))).toEqual([true, false, false]);
	entry.life = { ...entry.life, state: running };
	expect(failures.isNew(entry)).toBe(false);
	entry.life = { ...entry.life, state: limited };
	failures.gone(other);
	expect([entry, other].map((it) => failures.isNew(it))).toEqual([true, true]);
});

test('a group that was started again does not give up anew because of a member that stays failed', () => {
	const limit = { failures: 1, within: 10_000, retry: 0 };
	const services = ['a', 'b'].map((name) => ({ name, limit }));
	const world = new World(services, [groupOf('shop', 'one_for_one', ['a', 'b'])]);
	world.orders.boot(world.of('shop'));
	world.settle();
	world.step('a', 'fail');
	world.settle();
	expect(world.orders.groups.state('shop')).toBe('failed');
	void world.orders.start(world.of('b'));
	world.settle();
	world.orders.changed(world.get('a'));
	world.settle();
	expect([world.states(), world.orders.groups.state('shop')]).toEqual(['a failed, b running', 'ready']);
	void world.orders.stop(world.of('shop'));
	world.settle();
	expect(world.orders.groups.state('shop')).toBe('stopped');
});

test('one that had failed before its group had it, or an earlier daemon, has not failed now', () => {
	const limit = { failures: 1, within: 10_000, retry: 0 };
	const world = new World(
		[{ name: 'a', limit }, { name: 'b' }],
		[groupOf('shop', 'one_for_one', ['a', 'b'])],
	);
	world.orders.boot(world.of('b'));
	world.settle();
	const entry = world.get('a');
	entry.life = { ...entry.life, state: limited };
	world.orders.groups.configured();
	world.orders.changed(entry);
	world.settle();
	expect([world.states(), world.orders.groups.state('shop')]).toEqual(['a failed, b running', 'ready']);
});
