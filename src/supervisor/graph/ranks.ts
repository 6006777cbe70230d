/**
 * A directed graph that never has a cycle, and a rank for each node such that whoever comes after another has the higher
 * one. Kept up to date edge by edge as Pearce and Kelly describe it ("A dynamic topological sort algorithm for directed
 * acyclic graphs", 2006): an edge that agrees with the ranks costs nothing, any other only what lies between its ends.
 */
export class Ranks {
	/** Node to those it comes after, and back; the number counts how often that was said. */
	readonly #after = new Map<string, Map<string, number>>();
	readonly #before = new Map<string, Set<string>>();
	readonly #rank = new Map<string, number>();

	/** The place of a node; -1 for one of which nothing is said. */
	of(node: string): number {
		return this.#rank.get(node) ?? -1;
	}

	/** Gives nodes that are new their places, in this order: edges that agree with it cost nothing. */
	seed(nodes: Iterable<string>): void {
		for (const node of nodes) {
			this.#place(node);
		}
	}

	/** `late` comes after `early`; or else the way from `late` back to itself that would close. */
	add(late: string, early: string): readonly string[] | undefined {
		const known = this.#after.get(late)?.get(early);
		if (known === undefined) {
			const cycle = late === early ? [late, late] : this.#arrange(late, early);
			if (cycle !== undefined) {
				return cycle;
			}
		}
		put(this.#after, late, new Map()).set(early, (known ?? 0) + 1);
		put(this.#before, early, new Set()).add(late);
		return undefined;
	}

	/** How often it was said that `late` comes after `early`. */
	count(late: string, early: string): number {
		return this.#after.get(late)?.get(early) ?? 0;
	}

	/** Takes back what was said once. */
	remove(late: string, early: string): void {
		const count = this.count(late, early);
		if (count > 1) {
			this.#after.get(late)?.set(early, count - 1);
		} else {
			this.#after.get(late)?.delete(early);
			this.#before.get(early)?.delete(late);
		}
	}

	#arrange(late: string, early: string): readonly string[] | undefined {
		const high = this.#place(early);
		const low = this.#place(late);
		if (high < low) {
			return undefined;
		}
		const later = this.#reach(late, this.#before, (node) => this.of(node) <= high);
		if (later.has(early)) {
			return pathOf(later, late, early);
		}
		const earlier = this.#reach(early, nodesOf(this.#after), (node) => this.of(node) >= low);
		const byRank = (a: string, b: string) => this.of(a) - this.of(b);
		const moved = [...[...earlier.keys()].sort(byRank), ...[...later.keys()].sort(byRank)];
		const places = moved.map((node) => this.of(node)).sort((a, b) => a - b);
		for (const [i, node] of moved.entries()) {
			this.#rank.set(node, places[i] as number);
		}
		return undefined;
	}

	/** A node that is new comes last. */
	#place(node: string): number {
		const known = this.#rank.get(node);
		if (known !== undefined) {
			return known;
		}
		this.#rank.set(node, this.#rank.size);
		return this.#rank.size - 1;
	}

	/** All that is reached, each with whom it was reached from. */
	#reach(
		from: string,
		edges: { get(node: string): Iterable<string> | undefined },
		isWithin: (node: string) => boolean,
	): Map<string, string | undefined> {
		const found = new Map<string, string | undefined>([[from, undefined]]);
		for (const node of found.keys()) {
			for (const next of edges.get(node) ?? []) {
				if (!found.has(next) && isWithin(next)) {
					found.set(next, node);
				}
			}
		}
		return found;
	}
}

function nodesOf(edges: ReadonlyMap<string, ReadonlyMap<string, number>>) {
	return { get: (node: string) => edges.get(node)?.keys() };
}

/** From `late` to `early`, which is reached from it, and back: `early` comes after what it was reached from. */
function pathOf(found: ReadonlyMap<string, string | undefined>, late: string, early: string): string[] {
	const path = [late];
	for (let node: string | undefined = early; node !== undefined; node = found.get(node)) {
		path.push(node);
	}
	return path;
}

function put<V>(map: Map<string, V>, key: string, fresh: V): V {
	const value = map.get(key) ?? fresh;
	map.set(key, value);
	return value;
}
