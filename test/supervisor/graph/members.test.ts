import { describe, expect, it } from 'vitest';
import { Members } from '../../../src/supervisor/graph/members.ts';

const group = (name: string, members: string[]) =>
	({ name, members, strategy: 'one_for_one', intensity: { restarts: 5, within: 1000 } }) as const;

const members = new Members(
	[
		{ name: 'web', instances: 3 },
		{ name: 'db', instances: 1 },
	],
	[group('back', ['db', 'cache']), group('shop', ['back', 'web'])],
);

describe('names that stand for several', () => {
	it('are services of several instances and groups, down to their processes in order', () => {
		expect(members.leaves('web')).toEqual(['web@1', 'web@2', 'web@3']);
		expect(members.leaves('shop')).toEqual(['db', 'cache', 'web@1', 'web@2', 'web@3']);
		expect(members.leaves('db')).toEqual(['db']);
		expect(members.leaves('nothing')).toEqual(['nothing']);
		expect(['web', 'shop', 'db'].map((name) => members.has(name))).toEqual([true, true, false]);
		expect(members.of('shop')).toEqual(['back', 'web']);
	});

	it('are a chain from the inside out', () => {
		expect(members.chain('web@2')).toEqual(['web@2', 'web', 'shop']);
		expect(members.chain('cache')).toEqual(['cache', 'back', 'shop']);
		expect(members.parent('shop')).toBeUndefined();
	});

	it('put instances into the group of their service, and groups into that they are in', () => {
		expect(members.groupOf('web@1')).toMatchObject({ group: { name: 'shop' }, member: 'web' });
		expect(members.groupOf('back')).toMatchObject({ group: { name: 'shop' }, member: 'back' });
		expect(members.groupOf('shop')).toBeUndefined();
	});
});
