import { expect, test } from 'vitest';
import { instanceChange, instanceName, instancesOf } from '../../src/supervisor/instances.ts';

test('one process has no number, several have 1 to N', () => {
	expect(instancesOf({ instances: 1 })).toEqual([0]);
	expect(instancesOf({ instances: 3 })).toEqual([1, 2, 3]);
	expect(instancesOf({ instances: 0 })).toEqual([]);
});

test('the number stands behind the name', () => {
	expect([instanceName('web', 0), instanceName('web', 12)]).toEqual(['web', 'web@12']);
});

test.each([
	[2, 2, { kept: [1, 2], gone: [], added: [] }],
	[2, 4, { kept: [1, 2], gone: [], added: [3, 4] }],
	[3, 2, { kept: [1, 2], gone: [3], added: [] }],
	[1, 1, { kept: [0], gone: [], added: [] }],
	[1, 2, { kept: [], gone: [0], added: [1, 2] }],
	[2, 1, { kept: [], gone: [1, 2], added: [0] }],
])('from %i to %i', (before, after, change) => {
	expect(instanceChange({ instances: before }, { instances: after })).toEqual(change);
});
