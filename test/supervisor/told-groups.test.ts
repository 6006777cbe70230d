import { expect, test } from 'vitest';
import { restoreTold, toldOf, versionOf } from '../../src/supervisor/told-groups.ts';

/** One that knows a part of it, and what it is given back. */
function part<T>(told: T, version: number) {
	const back: T[] = [];
	return { told: () => told, version, back, restore: (it: T) => void back.push(it) };
}

test('what is known of groups is told as a whole, and each has its part back', () => {
	const state = { name: 'shop', state: 'stopping', failed: { why: '', stopped: [] } } as const;
	const parts = {
		states: part<readonly (typeof state)[]>([state], 1),
		intensity: part<Readonly<Record<string, readonly number[]>>>({ shop: [7] }, 20),
		rounds: part([{ group: 'all', members: ['a'], left: ['a'], stopped: [] as string[] }], 300),
		givingUp: part([{ group: 'shop', why: 'too many', left: ['b'], members: ['b'] }], 4000),
	};
	expect(versionOf(parts as never)).toBe(4321);
	const told = toldOf(parts as never);
	restoreTold(parts as never, JSON.parse(JSON.stringify(told)));
	expect(Object.values(parts).map(({ back }) => back)).toEqual(Object.values(parts).map((it) => [it.told()]));
});

test('where nothing was written, or by an older archon, a group is in the middle of nothing', () => {
	const parts = {
		states: part<unknown>([], 0),
		intensity: part<unknown>({}, 0),
		rounds: part<unknown>([], 0),
		givingUp: part<unknown>([], 0),
	};
	restoreTold(parts as never, undefined);
	restoreTold(parts as never, { states: [], times: { shop: [7] } });
	expect(parts.intensity.back).toEqual([{}, { shop: [7] }]);
	expect([parts.rounds.back, parts.givingUp.back]).toEqual([
		[[], []],
		[[], []],
	]);
});
