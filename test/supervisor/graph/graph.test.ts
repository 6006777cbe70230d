import { describe, expect, it } from 'vitest';
import type { Group } from '../../../src/service/service.ts';
import { edgesOf } from '../../../src/supervisor/graph/edges.ts';
import { Graph } from '../../../src/supervisor/graph/graph.ts';
import { Members } from '../../../src/supervisor/graph/members.ts';

type Described = Parameters<typeof edgesOf>[0][number] & { readonly instances: number };

const none: Omit<Described, 'name'> = { instances: 1, requires: [], wants: [], after: [] };

const group = (name: string, ...members: string[]): Group => ({
	name,
	members,
	strategy: 'one_for_one',
	intensity: { restarts: 5, within: 1000 },
});

function graphOf(
	services: readonly (Partial<Described> & { readonly name: string })[],
	groups: Group[] = [],
) {
	const whole = services.map((it) => ({ ...none, ...it }));
	const graph = new Graph();
	const refused = graph.configure(new Members(whole, groups), edgesOf(whole));
	expect(refused).toBeUndefined();
	return graph;
}

const arrow = ' \u00e2\u0086\u0092 ';
const path = (...names: string[]) => names.join(arrow);

describe('the graph', () => {
	it('knows both ends of an edge, of instances and of groups as of each of them', () => {
		const graph = graphOf(
			[{ name: 'web', instances: 2, requires: ['back'] }, { name: 'db' }, { name: 'cache' }],
			[group('back', 'db', 'cache')],
		);
		expect([...graph.needs('web@2')]).toEqual([
			{ name: 'db', kind: 'requires' },
			{ name: 'cache', kind: 'requires' },
		]);
		expect([...graph.neededBy('cache')].map((it) => it.name)).toEqual(['web@1', 'web@2']);
		expect(['web@1', 'db', 'other'].map((name) => graph.touches(name))).toEqual([true, true, false]);
		expect(graph.rank('web@1')).toBeGreaterThan(graph.rank('cache'));
	});

	it('refuses a cycle with its path, also one through a group or its own members', () => {
		const graph = graphOf(
			[{ name: 'web', requires: ['db'] }, { name: 'db' }, { name: 'x', requires: ['shop'] }, { name: 'y' }],
			[group('shop', 'web', 'y')],
		);
		expect(graph.depend('db', 'web', 'after')).toEqual({
			refused: `db cannot depend on web: ${path('db', 'web', 'db')} is a cycle`,
		});
		expect(graph.depend('db', 'x', 'wants')).toEqual({
			refused: `db cannot depend on x: ${path('db', 'x', 'shop', 'web', 'db')} is a cycle`,
		});
		expect(graph.depend('web', 'shop', 'wants')).toMatchObject({
			refused: expect.stringContaining(path('web', 'shop', 'web')),
		});
		expect(graph.depend('shop', 'web', 'wants')).toMatchObject({
			refused: expect.stringContaining('is a cycle'),
		});
		expect(graph.depend('web', 'web', 'wants')).toMatchObject({
			refused: expect.stringContaining(path('web', 'web')),
		});
		expect([...graph.needs('db')]).toEqual([]);
	});

	it('cuts a long path in its middle', () => {
		const names = Array.from({ length: 30 }, (_, i) => `s${i}`);
		const graph = graphOf(names.map((name, i) => ({ name, requires: names.slice(i + 1, i + 2) })));
		const refused = graph.depend('s29', 's0', 'requires');
		expect(refused?.refused).toContain(path('s3', 's4', '...', 's25', 's26', 's27', 's28', 's29'));
	});

	it('changes the kind of a run-time edge, and takes back only those', () => {
		const graph = graphOf([{ name: 'web', requires: ['db'] }, { name: 'db' }]);
		expect(graph.depend('web', 'cache', 'requires')).toBeUndefined();
		expect(graph.depend('web', 'cache', 'after')).toBeUndefined();
		expect([...graph.needs('web')]).toEqual([
			{ name: 'db', kind: 'requires' },
			{ name: 'cache', kind: 'after' },
		]);
		expect(graph.undepend('web', 'cache')).toBeUndefined();
		expect(graph.undepend('web', 'cache')?.refused).toContain('nothing to take back');
		expect(graph.undepend('web', 'db')?.refused).toContain('is said by the configuration');
		expect(graph.touches('cache')).toBe(false);
	});

	it('keeps run-time edges when another configuration comes, or refuses that in a circle with them', () => {
		const graph = graphOf([{ name: 'web' }, { name: 'db' }]);
		graph.depend('web', 'db', 'requires');
		expect(graph.configure(new Members(), [{ from: 'db', on: 'web', kind: 'after' }])?.refused).toContain(
			path('web', 'db', 'web'),
		);
		expect([...graph.needs('web')]).toEqual([{ name: 'db', kind: 'requires' }]);
		expect(graph.configure(new Members(), [{ from: 'web', on: 'x', kind: 'after' }])).toBeUndefined();
		expect([...graph.needs('web')].map((it) => it.name)).toEqual(['x', 'db']);
	});

	it('orders members of a group, where no dependency says otherwise', () => {
		const graph = graphOf(
			[{ name: 'a', requires: ['c'] }, { name: 'b' }, { name: 'c' }],
			[group('inner', 'b', 'c'), group('shop', 'a', 'inner', 'd')],
		);
		const earlier = (name: string) => [...graph.before(name)].map((level) => [...level]);
		expect(earlier('c')).toEqual([[['b']]]);
		expect(earlier('b')).toEqual([]);
		expect(earlier('d')).toEqual([[['b', 'c']]]);
		expect([...graph.following('c')]).toEqual(['d']);
		expect([...graph.following('b')]).toEqual(['c', 'd']);
		expect([...graph.following('a')]).toEqual([]);
	});

	it('gives up an order of members for an edge at run time, and takes it up again after that', () => {
		const graph = graphOf([], [group('shop', 'a', 'b', 'c')]);
		const earlier = (name: string) => [...graph.before(name)].map((level) => [...level]);
		expect(earlier('c')).toEqual([[['b'], ['a']]]);
		expect(graph.depend('a', 'c', 'requires')).toBeUndefined();
		expect(graph.rank('a')).toBeGreaterThan(graph.rank('c'));
		expect([...earlier('b'), ...earlier('c')]).toHaveLength(1);
		expect(graph.undepend('a', 'c')).toBeUndefined();
		expect(earlier('c')).toEqual([[['b'], ['a']]]);
	});

	it('takes 65 536 edges at run time and not one more', () => {
		const graph = graphOf([]);
		for (let n = 0; n < 65_536; n++) {
			graph.depend(`w${n % 512}`, `x${n}`, 'after');
		}
		expect(graph.depend('web', 'y', 'after')?.refused).toContain('65536 dependencies were added already');
		expect(graph.depend('w1', 'x1', 'requires')).toBeUndefined();
		expect(graph.undepend('w0', 'x0')).toBeUndefined();
		expect(graph.depend('web', 'y', 'after')).toBeUndefined();
	});

	it('has 10 000 services in a row, in a group and in an unlucky order in a moment', () => {
		const names = Array.from({ length: 10_000 }, (_, i) => `s${i}`);
		const begun = performance.now();
		const row = graphOf(
			names.map((name, i) => ({ name, requires: names.slice(i + 1, i + 2) })),
			[group('all', ...names.toReversed())],
		);
		expect(row.depend('s9999', 's0', 'after')?.refused).toContain('is a cycle');
		expect(row.depend('s0', 's9999', 'after')).toBeUndefined();
		expect(row.rank('s0')).toBeGreaterThan(row.rank('s9999'));
		const star = graphOf(names.map((name, i) => ({ name, requires: i === 0 ? names.slice(1) : [] })));
		expect([...star.needs('s0')]).toHaveLength(9999);
		// Some 100 ms; anything quadratic takes minutes.
		expect(performance.now() - begun).toBeLessThan(5000);
	});
});
