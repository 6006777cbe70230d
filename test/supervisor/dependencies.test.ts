import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { plainService } from '../../src/service/defaults.ts';
import { Dependencies } from '../../src/supervisor/dependencies.ts';
import { Graph } from '../../src/supervisor/graph/graph.ts';

const service = (name: string, ...requires: string[]) => ({ ...plainService, name, run: ['x'], requires });

function parts() {
	const graph = new Graph();
	const heard: string[] = [];
	const dependencies = new Dependencies({
		graph,
		configured: () => heard.push('configured'),
		linked: () => heard.push('linked'),
	});
	const needs = (name: string) => [...graph.needs(name)].map((need) => need.name);
	return { dependencies, heard, needs };
}

test('a configuration that is refused changes nothing', () => {
	const { dependencies, heard, needs } = parts();
	expect(dependencies.configure([service('web', 'db'), service('db')], [])).toBeUndefined();
	const circle = [service('web', 'db'), service('db', 'web')];
	expect(isRefusal(dependencies.configured(circle, []))).toBe(true);
	expect(dependencies.configure(circle, [])).toMatchObject({ refused: expect.any(String) });
	expect([heard, needs('web'), needs('db')]).toEqual([['configured'], ['db'], []]);
});

test('what a configuration would make can be looked at before', () => {
	const { dependencies, heard, needs } = parts();
	const graph = dependencies.configured([service('web', 'db'), service('db')], []);
	expect(isRefusal(graph) ? [] : [...graph.needs('web')].map(({ name }) => name)).toEqual(['db']);
	expect([heard, needs('web')]).toEqual([[], []]);
});

test('edges are added and taken back, which others hear of', () => {
	const { dependencies, heard, needs } = parts();
	dependencies.configure([service('web'), service('db')], []);
	expect(dependencies.add('web', 'db', 'requires')).toBeUndefined();
	expect(needs('web')).toEqual(['db']);
	expect(dependencies.remove('web', 'db')).toBeUndefined();
	expect([needs('web'), heard]).toEqual([[], ['configured', 'linked', 'linked']]);
});

test('edges that requests had added come back as far as there is room for them, unheard', () => {
	const { dependencies, heard, needs } = parts();
	dependencies.configure([service('web', 'db'), service('db'), service('mail')], []);
	dependencies.restore([
		{ from: 'db', on: 'web', kind: 'requires', origin: 'runtime' },
		{ from: 'mail', on: 'db', kind: 'wants', origin: 'runtime' },
	]);
	expect([needs('db'), needs('mail'), heard]).toEqual([[], ['db'], ['configured']]);
});
