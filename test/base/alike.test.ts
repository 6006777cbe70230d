import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apart, together } from '../../src/base/alike.ts';
import { fromJson, toJson } from '../../src/base/json.ts';

type Thing = {
	readonly name?: string;
	readonly of?: readonly number[];
	readonly map?: ReadonlyMap<string, number>;
};

test('what all have in common is told once, and shared afterwards', () => {
	const things: Thing[] = [
		{ name: 'a', of: [1, 2] },
		{ name: 'b', of: [1, 2] },
		{ name: 'c', map: new Map() },
	];
	const told = apart(things);
	expect(told.each).toEqual([[{}], [{ name: 'b' }], [{ name: 'c', map: new Map() }, ['of']]]);
	const [a, b, c] = together(told);
	expect([a, b, c]).toEqual(things);
	expect(a?.of).toBe(b?.of);
	expect(c && 'of' in c).toBe(false);
});

test('of none there is nothing', () => {
	expect(together(apart([]))).toEqual([]);
});

test('whatever they have, they are the same afterwards, through a text too', () => {
	const thing = fc.record(
		{
			name: fc.string(),
			of: fc.array(fc.oneof(fc.nat(2), fc.constant(Number.POSITIVE_INFINITY)), { maxLength: 2 }),
			map: fc
				.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(1)), { maxLength: 2 })
				.map((it) => new Map(it)),
			gone: fc.constant(undefined),
		},
		{ requiredKeys: [] },
	);
	fc.assert(
		fc.property(fc.array(thing, { maxLength: 4 }), (things) => {
			expect(together(fromJson(toJson(apart(things))) as ReturnType<typeof apart>)).toEqual(things);
		}),
	);
});
