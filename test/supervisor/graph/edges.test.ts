import { expect, test } from 'vitest';
import { edgesOf } from '../../../src/supervisor/graph/edges.ts';

test('what services say of what they need becomes edges, kind by kind', () => {
	expect(
		edgesOf([
			{ name: 'web', requires: ['db'], wants: ['cache', 'mail'], after: ['mount'] },
			{ name: 'db', requires: [], wants: [], after: [] },
		]),
	).toEqual([
		{ from: 'web', on: 'db', kind: 'requires' },
		{ from: 'web', on: 'cache', kind: 'wants' },
		{ from: 'web', on: 'mail', kind: 'wants' },
		{ from: 'web', on: 'mount', kind: 'after' },
	]);
});
