import { describe, expect, it } from 'vitest';
import {
	byRank,
	hasWhatItRequires,
	lowered,
	type Planned,
	raised,
	returning,
} from '../../../src/supervisor/graph/plan.ts';
import { World } from '../world.ts';

const world = () =>
	new World([
		{ name: 'web', requires: ['app'], wants: ['cache'], after: ['mail'] },
		{ name: 'app', requires: ['db'] },
		{ name: 'db' },
		{ name: 'cache' },
		{ name: 'mail' },
	]);

const shown = (plan: readonly Planned[]) => plan.map(({ entry, why }) => `${entry.name}: ${why}`);

describe('a plan', () => {
	it('of a start has what is required and wanted first, not what it only comes after', () => {
		const it = world();
		expect(shown(raised(it.orders.view, it.of('web')))).toEqual([
			'db: app requires it',
			'app: web requires it',
			'cache: web wants it',
			'web: asked',
		]);
	});

	it('of a start leaves out what is up, and has what is about to be stopped', async () => {
		const it = world();
		it.orders.boot(it.of('app', 'cache', 'web'));
		it.settle();
		expect(shown(raised(it.orders.view, it.of('web')))).toEqual(['web: asked']);
		void it.orders.stop(it.of('db'));
		expect(shown(raised(it.orders.view, it.of('app')))).toEqual(['db: app requires it', 'app: asked']);
	});

	it('of a stop has what runs and requires it first', () => {
		const it = world();
		expect(shown(lowered(it.orders.view, it.of('db')))).toEqual(['db: asked']);
		it.orders.boot(it.of('web'));
		it.settle();
		expect(shown(lowered(it.orders.view, it.of('db')))).toEqual([
			'web: requires app',
			'app: requires db',
			'db: asked',
		]);
		expect(shown(lowered(it.orders.view, it.of('cache')))).toEqual(['cache: asked']);
	});

	it('of a return has what waits for nothing else', () => {
		const it = world();
		it.orders.boot(it.of('web'));
		it.settle();
		void it.orders.stop(it.of('db'));
		it.settle();
		expect(shown(returning(it.orders.view, new Set(it.of('db'))))).toEqual([
			'app: requires db',
			'web: requires app',
		]);
		expect(hasWhatItRequires(it.orders.view, it.get('app'))).toBe(false);
		expect(hasWhatItRequires(it.orders.view, it.get('app'), new Set(it.of('db')))).toBe(true);
		expect(byRank(it.orders.view, it.of('web', 'app', 'db')).map((entry) => entry.name)).toEqual([
			'db',
			'app',
			'web',
		]);
	});
});
