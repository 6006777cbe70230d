import { expect, test } from 'vitest';
import type { Entry } from '../../src/supervisor/entry.ts';
import { World } from './world.ts';

/** Services that run; what was told so far is forgotten. */
function running(...services: ConstructorParameters<typeof World>[0][]): World {
	const world = new World(services.flat());
	world.orders.boot([...world.entries.values()]);
	world.settle();
	world.because.length = 0;
	return world;
}

const causes = (world: World) => [...world.entries.values()].map((entry: Entry) => entry.cause);

test('A restart carries its cause until it is ready again, and what happens afterwards none.', () => {
	const world = running([{ name: 'web' }]);
	void world.causes.during(7, () => world.orders.restart(world.of('web')));
	world.settle();
	expect(world.because).toEqual([
		'stopping web 7',
		'exited web 7',
		'starting web 7',
		'started web 7',
		'ready web 7',
	]);
	world.because.length = 0;
	world.step('web', 'fail');
	expect(world.because).toEqual(['exited web -', 'backoff web -']);
});

test('What requires it goes and returns for the same cause.', () => {
	const world = running([{ name: 'db' }, { name: 'web', requires: ['db'] }]);
	void world.causes.during(7, () => world.orders.restart(world.of('db')));
	world.settle();
	expect(world.because).toHaveLength(10);
	expect(world.because.filter((it) => !it.endsWith(' 7'))).toEqual([]);
	expect(causes(world)).toEqual([undefined, undefined]);
});

test('Of two that are restarted together each has its own cause.', () => {
	const world = running([{ name: 'db' }, { name: 'web', requires: ['db'] }]);
	const own = new Map([['web', 8]]);
	void world.causes.during(7, () => world.orders.restart(world.of('db', 'web')), own);
	world.settle();
	expect(world.because).toHaveLength(10);
	expect(world.because.filter((it) => !it.endsWith(it.includes('web') ? ' 8' : ' 7'))).toEqual([]);
});

test('A start that waits for what somebody else brings up keeps its cause.', () => {
	const world = new World([{ name: 'db' }, { name: 'web', requires: ['db'] }]);
	void world.orders.start(world.of('db'));
	void world.causes.during(7, () => world.orders.start(world.of('web')));
	world.settle();
	expect(world.because).toEqual([
		'starting db -',
		'started db -',
		'ready db -',
		'starting web 7',
		'started web 7',
		'ready web 7',
	]);
});

test('What stays down with what it requires comes back because of who starts that.', () => {
	const world = running([{ name: 'db' }, { name: 'web', requires: ['db'] }]);
	void world.causes.during(7, () => world.orders.stop(world.of('db')));
	world.settle();
	expect(world.because).toEqual([
		'stopping web 7',
		'exited web 7',
		'stopping db 7',
		'exited db 7',
		'stopped db 7',
	]);
	world.because.length = 0;
	void world.orders.start(world.of('db'));
	world.settle();
	expect(world.because.filter((it) => !it.endsWith(' -'))).toEqual([]);
	expect(world.states()).toBe('db running, web running');
});

test('A later request takes the place of the cause, also for what still waits to be stopped.', () => {
	const world = running([{ name: 'db' }, { name: 'web', requires: ['db'] }]);
	void world.causes.during(7, () => world.orders.restart(world.of('db')));
	void world.orders.stop(world.of('db', 'web'));
	world.settle();
	expect(world.because).toEqual([
		'stopping web 7',
		'exited web -',
		'stopped web -',
		'stopping db -',
		'exited db -',
		'stopped db -',
	]);
});

test('What has no effect leaves no cause behind.', () => {
	const world = running([{ name: 'web' }]);
	void world.causes.during(7, () => world.orders.start(world.of('web')));
	expect(causes(world)).toEqual([undefined]);
	world.step('web', 'fail');
	expect(world.because).toEqual(['exited web -', 'backoff web -']);
	void world.orders.start(world.of('web'));
	void world.causes.during(7, () => world.orders.start(world.of('web')));
	world.settle();
	expect(world.because.filter((it) => !it.endsWith(' -'))).toEqual([]);
});

test('A start that fails is done: the one that follows by itself has no cause.', () => {
	const world = running([{ name: 'web' }]);
	void world.causes.during(7, () => world.orders.restart(world.of('web')));
	world.step('web');
	world.step('web', 'fail');
	world.settle();
	expect(world.because).toEqual([
		'stopping web 7',
		'exited web 7',
		'starting web 7',
		'exited web 7',
		'backoff web 7',
		'starting web -',
		'started web -',
		'ready web -',
	]);
});

test('Freezing and thawing carry their cause and are done at once.', () => {
	const world = running([{ name: 'web' }]);
	const web = world.get('web');
	world.causes.during(7, () => world.apply(web, { tag: 'pause', at: 0 }));
	expect([world.because, web.cause]).toEqual([['paused web 7'], undefined]);
	world.apply(web, { tag: 'resume' });
	expect(world.because).toEqual(['paused web 7', 'resumed web -']);
});
