import { describe, expect, it } from 'vitest';
import type { Group } from '../../src/service/service.ts';
import { groupOf as group } from './entries.ts';
import { type Described, outcome, World } from './world.ts';

const told = { ready: { tag: 'notify' } } as const;

function up(names: string, groups: Group[], more: Partial<Described> = {}): World {
	const world = new World(
		names.split(' ').map((name) => ({ name, ...more })),
		groups,
	);
	world.orders.boot([...world.entries.values()]);
	world.settle();
	world.heard();
	return world;
}

/** It ends, and its back-off is over. */
function crash(world: World, name: string): void {
	world.step(name, 'fail');
	world.step(name);
}

const order = (world: World) =>
	world
		.heard()
		.filter((it) => /^(starting|stopping) /.test(it))
		.join(', ');

describe('a group', () => {
	it('brings its members up in their order, each when the one before is ready, and down in reverse', async () => {
		const world = new World(
			['c', 'b', 'a'].map((name) => ({ name, ...told })),
			[group('shop', 'one_for_one', ['a', 'b', 'c'])],
		);
		world.orders.boot(world.of('c', 'b', 'a'));
		expect(world.states()).toBe('c waiting, b waiting, a starting');
		expect(world.get('b').life.state).toEqual({ tag: 'waiting', why: 'waits for a, which is starting' });
		world.settle();
		const stop = world.orders.stop(world.of('shop'));
		expect(world.states()).toBe('c stopping, b running, a running');
		expect(world.get('b').ordered).toBe('stops when c is stopped');
		world.settle();
		expect(await outcome(stop)).toBe('ok');
		expect(order(world)).toBe('starting a, starting b, starting c, stopping c, stopping b, stopping a');
	});

	it('that is one_for_one restarts the member that failed, alone', () => {
		const world = up('a b c', [group('shop', 'one_for_one', ['a', 'b', 'c'])]);
		crash(world, 'b');
		world.settle();
		expect(order(world)).toBe('starting b');
	});

	it('that is one_for_all restarts all when the back-off of the one that failed is over', () => {
		const world = up('a b c', [group('shop', 'one_for_all', ['a', 'b', 'c'])], told);
		world.step('b', 'fail');
		expect(world.states()).toBe('a running, b backoff, c running');
		world.step('b');
		expect(world.states()).toBe('a running, b waiting, c stopping');
		expect(world.get('b').life.state).toEqual({
			tag: 'waiting',
			why: 'waits for group shop, which restarts its members',
		});
		world.step('c');
		expect(world.states()).toBe('a stopping, b waiting, c waiting');
		world.step('a');
		expect(world.states()).toBe('a starting, b waiting, c waiting');
		world.settle();
		expect(order(world)).toBe('stopping c, stopping a, starting a, starting b, starting c');
		expect([world.get('a'), world.get('b')].map((it) => it.life.history.restarts)).toEqual([1, 1]);
	});

	it('that is rest_for_one restarts what is behind the one that failed', () => {
		const world = up('a b c d', [group('shop', 'rest_for_one', ['a', 'b', 'c', 'd'])]);
		crash(world, 'b');
		world.settle();
		expect(order(world)).toBe('stopping d, stopping c, starting b, starting c, starting d');
	});

	it('leaves alone in a restart of all what was stopped by request', async () => {
		const world = up('a b c', [group('shop', 'one_for_all', ['a', 'b', 'c'])]);
		const stop = world.orders.stop(world.of('b'));
		world.settle();
		await stop;
		world.heard();
		crash(world, 'a');
		world.settle();
		expect(order(world)).toBe('stopping c, starting a, starting c');
		expect(world.states('b')).toBe('b stopped');
	});

	it('takes with its members what requires them, which comes back as well', () => {
		const world = new World(
			[{ name: 'a' }, { name: 'b' }, { name: 'user', requires: ['b'] }],
			[group('shop', 'one_for_all', ['a', 'b'])],
		);
		world.orders.boot(world.of('a', 'b', 'user'));
		world.settle();
		world.heard();
		crash(world, 'a');
		world.settle();
		expect(order(world)).toBe('stopping user, stopping b, starting a, starting b, starting user');
	});

	it('restarts once when two of its members fail at the same time', () => {
		const world = up('a b c', [group('shop', 'one_for_all', ['a', 'b', 'c'])]);
		world.step('a', 'fail');
		world.step('b', 'fail');
		world.step('a');
		world.settle();
		expect(order(world)).toBe('stopping c, starting a, starting b, starting c');
		expect(world.orders.groups.state('shop')).toBe('ready');
	});

	it('gives up beyond its intensity: all stop and stay so until a Start', async () => {
		const world = up('a b', [group('shop', 'one_for_one', ['a', 'b'], 2)]);
		crash(world, 'a');
		world.settle();
		crash(world, 'a');
		world.settle();
		expect(world.states()).toBe('a running, b running');
		crash(world, 'a');
		world.settle();
		expect(world.states()).toBe('a stopped, b stopped');
		expect(world.get('b').remark).toBe('group shop gave up: 3 restarts within 1m');
		expect(world.orders.groups.failure('shop')).toBe('group shop gave up: 3 restarts within 1m');
		expect(world.orders.groups.failedOf(world.get('a'))).toBe('shop');
		expect(world.failed).toEqual(['shop']);
		expect(world.told.filter((it) => it.startsWith('group.failed'))).toEqual([
			'group.failed shop reason=group shop gave up: 3 restarts within 1m',
		]);
		const start = world.orders.start(world.of('a'));
		world.settle();
		expect([await outcome(start), world.states()]).toEqual(['ok', 'a running, b stopped']);
		expect(world.orders.groups.failure('shop')).toBeUndefined();
		crash(world, 'a');
		world.settle();
		expect(world.states('a')).toBe('a running');
	});

	it('with an intensity of no restarts gives up at the first', () => {
		const world = up('a b', [group('shop', 'one_for_one', ['a', 'b'], 0)]);
		crash(world, 'a');
		world.settle();
		expect(world.states()).toBe('a stopped, b stopped');
		expect(world.orders.groups.failure('shop')).toBe('group shop gave up: 1 restart within 1m');
	});

	it('forgets restarts that are longer ago than its intensity looks', () => {
		const world = up('a b', [group('shop', 'one_for_one', ['a', 'b'], 1)]);
		for (let n = 0; n < 4; n++) {
			crash(world, 'a');
			world.settle();
			world.now += 60_000;
		}
		expect(world.states()).toBe('a running, b running');
	});

	it('that gives up within another is restarted by it as one of its members', () => {
		const inner = group('inner', 'one_for_one', ['b', 'c'], 0);
		const world = up('a b c d', [inner, group('outer', 'rest_for_one', ['a', 'inner', 'd'], 1)]);
		crash(world, 'b');
		world.settle();
		// It is not ready in between, though what is left of it runs.
		expect(world.told.filter((it) => it.includes(' outer '))).toEqual([
			'group.starting outer up=3 down=0',
			'group.ready outer up=4 down=0',
		]);
		expect(order(world)).toBe('stopping c, stopping d, starting b, starting c, starting d');
		expect(world.states()).toBe('a running, b running, c running, d running');
		expect(world.orders.groups.failure('inner')).toBeUndefined();
		crash(world, 'c');
		world.settle();
		expect(world.states()).toBe('a stopped, b stopped, c stopped, d stopped');
		expect([world.orders.groups.state('outer'), world.failed]).toEqual(['failed', ['outer']]);
	});

	it('does not bring back what was stopped by request while it gave up', async () => {
		const world = up('a b c', [
			group('inner', 'one_for_one', ['b', 'c'], 0),
			group('outer', 'one_for_one', ['a', 'inner']),
		]);
		crash(world, 'b');
		expect(world.states()).toBe('a running, b waiting, c stopping');
		const stop = world.orders.stop(world.of('outer'));
		world.settle();
		expect(await outcome(stop)).toBe('ok');
		expect(world.states()).toBe('a stopped, b stopped, c stopped');
	});

	it('does not bring back what was stopped by request after a group within it gave up', async () => {
		const world = up('a b c', [
			group('inner', 'one_for_one', ['b', 'c'], 0),
			group('outer', 'one_for_all', ['a', 'inner'], 1),
			group('all', 'one_for_one', ['outer']),
		]);
		crash(world, 'b');
		world.step('c');
		expect(world.get('a').life.state.tag).toBe('stopping');
		const stop = world.orders.stop(world.of('c'));
		world.settle();
		expect(await outcome(stop)).toBe('ok');
		expect(world.states()).toBe('a running, b running, c stopped');
	});

	it('gives up with a member that reached its limit and does not try again', () => {
		const limit = { failures: 1, within: 10_000, retry: 0 };
		const world = up('a b', [group('shop', 'one_for_one', ['a', 'b'])], { limit });
		world.step('a', 'fail');
		world.settle();
		expect(world.states()).toBe('a failed, b stopped');
		expect(world.failed).toEqual(['shop']);
	});

	it('waits with a member that will try again, which is a restart like any other', () => {
		const limit = { failures: 1, within: 10_000, retry: 1000 };
		const world = up('a b', [group('shop', 'one_for_all', ['a', 'b'])], { limit });
		world.step('a', 'fail');
		expect(world.states()).toBe('a failed, b running');
		world.step('a');
		world.settle();
		expect(order(world)).toBe('stopping b, starting a, starting b');
	});

	it('takes the failure of one that is never restarted as nothing, like a temporary child', () => {
		const world = up('a b', [group('shop', 'one_for_all', ['a', 'b'])], { restart: 'never' });
		world.step('a', 'fail');
		world.settle();
		expect([world.states(), order(world)]).toEqual(['a failed, b running', '']);
	});

	it('restarts nothing while archon shuts down', async () => {
		const world = up('a b', [group('shop', 'one_for_all', ['a', 'b'])]);
		world.step('a', 'fail');
		const gone = world.orders.shutdown(world.of('shop')).then(() => undefined);
		world.settle();
		expect([await outcome(gone), order(world)]).toEqual(['ok', 'stopping b']);
	});

	it('is told once per edge', async () => {
		const world = up('a b', [group('shop', 'one_for_one', ['a', 'b'])]);
		crash(world, 'b');
		world.settle();
		await Promise.all([world.orders.stop(world.of('shop')), world.settle()]);
		const groups = new World([{ name: 'a' }], [group('one', 'one_for_one', ['a'])]);
		groups.orders.boot(groups.of('a'));
		groups.settle();
		groups.step('a', 'fail');
		groups.settle();
		const stop = groups.orders.stop(groups.of('one'));
		groups.settle();
		await stop;
		expect(groups.told.filter((it) => it.startsWith('group.'))).toEqual([
			'group.starting one up=0 down=0',
			'group.ready one up=1 down=0',
			'group.starting one up=0 down=0',
			'group.ready one up=1 down=0',
			'group.stopping one up=0 down=0',
			'group.stopped one up=0 down=1',
		]);
	});
});
