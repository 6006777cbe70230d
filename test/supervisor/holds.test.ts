import { describe, expect, it } from 'vitest';
import { blockText, Holds } from '../../src/supervisor/holds.ts';
import { entryIn } from './entries.ts';
import { World } from './world.ts';

const told = { ready: { tag: 'notify' } } as const;

describe('a start that has to wait', () => {
	it('waits for what it requires to be ready, for what it wants to have been tried', () => {
		const world = new World([
			{ name: 'web', requires: ['db'], wants: ['cache'] },
			{ name: 'db', ...told },
			{ name: 'cache', ...told },
		]);
		world.orders.boot(world.of('web'));
		expect(world.orders.waitsFor(world.get('web')).map((it) => it.name)).toEqual(['db', 'cache']);
		world.step('cache', 'fail');
		world.step('db');
		expect(world.states()).toBe('web waiting, db starting, cache backoff');
		world.step('db');
		expect(world.states()).toBe('web starting, db running, cache backoff');
	});

	it('never waits for one that it only comes after and that nobody starts', () => {
		const world = new World([{ name: 'web', after: ['mount'] }, { name: 'mount' }]);
		world.orders.boot(world.of('web'));
		expect(world.states()).toBe('web starting, mount stopped');
	});

	it('does not wait for one it wants that itself waits for what failed', () => {
		const world = new World([
			{ name: 'web', wants: ['cache'] },
			{ name: 'cache', requires: ['disk'] },
			{ name: 'disk', ...told, restart: 'never' },
		]);
		world.orders.boot(world.of('web'));
		expect(world.states()).toBe('web waiting, cache waiting, disk starting');
		world.step('disk', 'fail');
		expect(world.states()).toBe('web starting, cache waiting, disk failed');
	});

	it('keeps the order of those behind it when all of them waited for what was not there', () => {
		const world = new World([
			{ name: 'a', requires: ['sshd'], ...told },
			{ name: 'b', requires: ['a'], ...told },
			{ name: 'c', requires: ['sshd'], after: ['b'], ...told },
		]);
		world.orders.boot(world.of('a', 'b', 'c'));
		world.foreign('sshd');
		expect(world.states('a', 'b', 'c')).toBe('a starting, b waiting, c waiting');
		world.settle();
		expect(world.heard().filter((it) => it.startsWith('starting'))).toEqual([
			'starting a',
			'starting b',
			'starting c',
		]);
	});

	it('knows behind what waits itself what is to blame', () => {
		const world = new World([
			{ name: 'a', requires: ['b'] },
			{ name: 'b', requires: ['c'] },
			{ name: 'c', restart: 'never' },
		]);
		const holds = new Holds({ view: world.orders.view, apply: () => undefined });
		world.orders.boot(world.of('a'));
		world.step('c', 'fail');
		expect(holds.culprit(world.get('a'))?.name).toBe('c');
		expect(holds.block(world.get('a'))?.name).toBe('b');
		expect(holds.held(world.get('b'))).toBe('waits for c, which is failed: ended with exit:1');
		expect(holds.isStalled(world.get('b'))).toBe(true);
		holds.clear(world.get('b'));
		expect(holds.isStalled(world.get('b'))).toBe(false);
	});

	it('says what that is up to', () => {
		const entry = entryIn({ tag: 'running', since: 0 });
		expect(blockText({ name: 'db', entry, standing: 'down' })).toBe('db, which is about to be stopped');
		expect(blockText({ name: 'db', entry, standing: 'coming' })).toBe('db, which is about to be restarted');
		expect(blockText({ name: 'db', entry: undefined, standing: 'down' })).toBe('db, which is not there');
		const stopped = entryIn({ tag: 'stopped' });
		expect(blockText({ name: 'db', entry: stopped, standing: 'down' })).toBe('db, which is stopped');
	});
});
