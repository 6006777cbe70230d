import { pushTo } from '../../base/map-of-lists.ts';

/** The first comes after the second. */
export type Link = readonly [late: string, early: string];

/**
 * All nodes of these links, each behind those it comes after, in linear time; where there are circles, in some order.
 * What nothing says otherwise of keeps the order in which it is named.
 */
export function inOrder(links: readonly Link[]): Iterable<string> {
	const earlier = new Map<string, string[]>();
	for (const [late, early] of links) {
		pushTo(earlier, late, early);
	}
	const done = new Set<string>();
	const entered = new Set<string>();
	for (const [late] of links) {
		visit(late, earlier, entered, done);
	}
	return done;
}

/** Depth first, without recursion: a row may be long. */
function visit(
	root: string,
	earlier: ReadonlyMap<string, readonly string[]>,
	entered: Set<string>,
	done: Set<string>,
): void {
	const stack = [root];
	for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
		if (entered.has(node)) {
			stack.pop();
			done.add(node);
			continue;
		}
		entered.add(node);
		for (const early of (earlier.get(node) ?? []).toReversed()) {
			if (!entered.has(early)) {
				stack.push(early);
			}
		}
	}
}
