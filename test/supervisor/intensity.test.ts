import { expect, test } from 'vitest';
import type { Group } from '../../src/service/service.ts';
import { Intensity } from '../../src/supervisor/intensity.ts';

const shop: Group = {
	name: 'shop',
	members: ['a'],
	strategy: 'one_for_one',
	intensity: { restarts: 1, within: 5000 },
};

test('restarts are counted by group until they are too long ago, or forgotten', () => {
	const intensity = new Intensity();
	expect([intensity.count(shop, 1000), intensity.count({ ...shop, name: 'other' }, 1000)]).toEqual([
		undefined,
		undefined,
	]);
	expect(intensity.count(shop, 2000)).toBe('2 restarts within 5s');
	expect(intensity.count(shop, 7000)).toBeUndefined();
	expect(intensity.groups()).toEqual(['shop', 'other']);
	intensity.forget('shop');
	expect([intensity.count(shop, 7001), intensity.groups()]).toEqual([undefined, ['other', 'shop']]);
});
