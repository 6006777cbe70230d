import { describe, expect, it } from 'vitest';
import { outcome, World } from './world.ts';

const shop = () => {
	const world = new World([
		{ name: 'top', requires: ['web'] },
		{ name: 'web', requires: ['db'] },
		{ name: 'db' },
	]);
	world.orders.boot(world.of('top'));
	world.settle();
	world.heard();
	return world;
};

describe('what is brought', () => {
	it('up has what it needs before it', () => {
		const world = shop();
		expect(world.states()).toBe('top running, web running, db running');
	});

	it('down goes with what requires it, and all of it is known to go at once', () => {
		const world = shop();
		void world.orders.stop(world.of('db'));
		expect(world.states()).toBe('top stopping, web running, db running');
		expect([world.get('web').ordered, world.get('db').ordered]).toEqual([
			'restarts when top is stopped',
			'stops when web is stopped',
		]);
	});

	it('down takes along in reverse what loses what it requires', () => {
		const world = shop();
		world.step('db', 'fail');
		expect(world.states()).toBe('top stopping, web running, db backoff');
		world.settle();
		expect(world.heard().filter((it) => /^(stopping|starting)/.test(it))).toEqual([
			'stopping top',
			'stopping web',
			'starting db',
			'starting web',
			'starting top',
		]);
	});

	it('up again before it went spares those that were only to go with it', async () => {
		const world = shop();
		const stop = world.orders.stop(world.of('db'));
		const start = world.orders.start(world.of('db'));
		expect(world.states()).toBe('top stopping, web running, db running');
		expect([world.get('web').ordered, world.get('db').ordered]).toEqual(['', '']);
		world.settle();
		expect(await outcome(stop)).toBe('"db" is running: a later request overtook this Stop');
		expect(await outcome(start)).toBe('ok');
		expect(world.heard().filter((it) => /^(stopping|starting)/.test(it))).toEqual([
			'stopping top',
			'starting top',
		]);
	});
});
