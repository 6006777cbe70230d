import { expect, test } from 'vitest';
import type { Group, Service } from '../../src/service/service.ts';
import { withLeaving } from '../../src/supervisor/leaving.ts';

const services = (...names: string[]) => new Map(names.map((name) => [name, { name } as Service]));
const groups = (all: Record<string, string[]>) =>
	new Map(Object.entries(all).map(([name, members]) => [name, { name, members } as unknown as Group]));

test('what is in the next configuration counts as it says there, what is not as it was', () => {
	const before = { services: services('db', 'web'), groups: groups({ old: ['db'], mixed: ['db', 'web'] }) };
	const next = { services: services('web'), groups: groups({ fresh: ['web'] }) };
	const all = withLeaving(before, next);
	expect([...all.services.keys()]).toEqual(['web', 'db']);
	expect(all.services.get('web')).toBe(next.services.get('web'));
	expect([...all.groups.keys()]).toEqual(['fresh', 'old']);
});

test('a name that is a service here and a group there is the one that is next', () => {
	const before = { services: services('a'), groups: groups({ b: ['a'] }) };
	const next = { services: services('b'), groups: groups({ a: ['b'] }) };
	expect(withLeaving(before, next)).toEqual(next);
});
