import type { Entry } from '../entry.ts';
import { byRank, type View } from './plan.ts';

/** One that is to go, and who of those that go with it has to be gone before. */
export type Turn = { readonly entry: Entry; readonly after: readonly Entry[] };

/** In which order these go, as the graph is now: whatever needs one, or comes behind it in a group, before it. */
export function turnsOf(view: Pick<View, 'graph' | 'get'>, entries: readonly Entry[]): Turn[] {
	const going = new Set(entries);
	return byRank(view, entries)
		.reverse()
		.map((entry) => ({ entry, after: [...behind(view, entry)].filter((it) => going.has(it)) }));
}

/** Does that to each when its turn has come, to those without any before them at once; resolves when all is done. */
export async function inTurn(
	turns: readonly Turn[],
	act: (entries: readonly Entry[]) => Promise<unknown>,
): Promise<void> {
	if (turns.length === 0) {
		return;
	}
	const first = act(turns.filter(({ after }) => after.length === 0).map(({ entry }) => entry));
	const done = new Map<Entry, Promise<unknown>>();
	for (const { entry, after } of turns) {
		const before = after.map((it) => done.get(it));
		done.set(entry, after.length === 0 ? first : Promise.all(before).then(() => act([entry])));
	}
	await Promise.all([first, ...done.values()]);
}

function* behind({ graph, get }: Pick<View, 'graph' | 'get'>, { name }: Entry): Generator<Entry> {
	const needed = Array.from(graph.neededBy(name), (need) => need.name);
	for (const other of new Set([...needed, ...graph.following(name)])) {
		const entry = get(other);
		if (entry !== undefined) {
			yield entry;
		}
	}
}
