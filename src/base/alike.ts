import { toJson } from './json.ts';

/**
 * Things that have most of their properties in common, as the first of them and what each has otherwise: with a thousand
 * of them a tenth to write, to read and, since they share what they have in common, to keep.
 */
export type Alike<T> = {
	readonly first?: T | undefined;
	readonly each: readonly Own<T>[];
};

/** What one has that the first has not, and what it has not that the first has. */
type Own<T> = readonly [has: Partial<T>, hasNot?: readonly (keyof T)[]];

/** For `toJson`. What is `undefined` is not there. */
export function apart<T extends object>(things: Iterable<T>): Alike<T> {
	const all = [...things];
	const [first] = all;
	return first === undefined ? { each: [] } : { first, each: all.map((it) => ownOf(it, first)) };
}

/** What `apart` took apart. */
export function together<T extends object>({ first, each }: Alike<T>): T[] {
	return each.map(([has, hasNot = []]) => {
		const one = { ...first, ...has } as T;
		for (const key of hasNot) {
			delete one[key];
		}
		return one;
	});
}

function ownOf<T extends object>(one: T, first: T): Own<T> {
	const has: Partial<T> = {};
	for (const key of Object.keys(one) as (keyof T)[]) {
		if (one[key] !== undefined && !isSame(one[key], first[key])) {
			has[key] = one[key];
		}
	}
	const hasNot = (Object.keys(first) as (keyof T)[]).filter(
		(key) => first[key] !== undefined && one[key] === undefined,
	);
	return hasNot.length === 0 ? [has] : [has, hasNot];
}

function isSame(one: unknown, other: unknown): boolean {
	const areObjects = typeof one === 'object' && typeof other === 'object';
	return one === other || (areObjects && toJson(one) === toJson(other));
}
