import type { Entry } from '../entry.ts';
import type { Graph } from './graph.ts';
import { isDoneOneshot, isInPlay, isStartable, type Standing } from './standing.ts';

/** What a plan is made of: the graph and everything that has a name. */
export type View = {
	readonly graph: Graph;
	get(name: string): Entry | undefined;
	standing(entry: Entry): Standing;
};

/** An entry that something happens to, and why. */
export type Planned = { readonly entry: Entry; readonly why: string };

/** What a stop of these brings down: them and, as long as they run, what requires them; dependents first. */
export function lowered(view: View, asked: readonly Entry[]): Planned[] {
	const found = new Map<Entry, string>(asked.map((entry) => [entry, 'asked']));
	for (const entry of found.keys()) {
		if (isInPlay(entry) || isDoneOneshot(entry)) {
			for (const { name, kind } of view.graph.neededBy(entry.name)) {
				const other = view.get(name);
				if (kind === 'requires' && other !== undefined && !found.has(other) && isInPlay(other)) {
					found.set(other, `requires ${entry.name}`);
				}
			}
		}
	}
	return ordered(view, found).reverse();
}

/**
 * What a start of these starts: them and what they require or want that is not up, and what that needs; what is needed
 * first. What is `left` stays as it is.
 */
export function raised(view: View, asked: readonly Entry[], left: ReadonlySet<Entry> = new Set()): Planned[] {
	const found = new Map<Entry, string>(asked.map((entry) => [entry, 'asked']));
	for (const entry of found.keys()) {
		for (const { name, kind } of view.graph.needs(entry.name)) {
			const other = view.get(name);
			if (kind === 'after' || other === undefined || found.has(other) || left.has(other)) {
				continue;
			}
			if (isForOthers(view, other)) {
				found.set(other, `${entry.name} ${kind} it`);
			}
		}
	}
	return ordered(view, found);
}

/** What waits, and would not any longer once all of these are up; in the order it comes back. */
export function returning(view: View, up: ReadonlySet<Entry>): Planned[] {
	const found = new Map<Entry, string>();
	const reached = new Set(up);
	for (const entry of reached) {
		for (const { name, kind } of view.graph.neededBy(entry.name)) {
			const other = view.get(name);
			if (kind === 'requires' && other !== undefined && !reached.has(other) && isWaiting(other)) {
				if (hasWhatItRequires(view, other, reached)) {
					reached.add(other);
					found.set(other, `requires ${entry.name}`);
				}
			}
		}
	}
	return ordered(view, found);
}

/** Each after what it needs; those of which nothing is said as they came. */
export function byRank(view: Pick<View, 'graph'>, entries: Iterable<Entry>): Entry[] {
	return [...entries].sort((a, b) => view.graph.rank(a.name) - view.graph.rank(b.name));
}

function ordered(view: View, found: ReadonlyMap<Entry, string>): Planned[] {
	return byRank(view, found.keys()).map((entry) => ({ entry, why: found.get(entry) ?? '' }));
}

/** What is not up, and what is but is about to be stopped. */
function isForOthers(view: View, entry: Entry): boolean {
	const isToGo = entry.life.state.tag !== 'paused' && view.standing(entry) === 'down';
	return entry.kind === 'daemon' && (isStartable(entry) || isToGo);
}

function isWaiting(entry: Entry): boolean {
	return entry.life.state.tag === 'waiting' && !entry.spec.timed;
}

/** Whether everything that it requires is up. */
export function hasWhatItRequires(
	view: View,
	entry: Entry,
	reached: ReadonlySet<Entry> = new Set(),
): boolean {
	for (const { name, kind } of view.graph.needs(entry.name)) {
		const other = view.get(name);
		if (
			kind === 'requires' &&
			(other === undefined || !(reached.has(other) || view.standing(other) === 'up'))
		) {
			return false;
		}
	}
	return true;
}
