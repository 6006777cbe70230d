import { type Event, type Gap, isGap } from './event.ts';
import { accepts, type Filter } from './filter.ts';
import type { Journal } from './journal.ts';

/** How many events `latest` gives at most: it holds them all at once. */
export const mostLatest = 10_000;

/** Undefined: one that is not wanted, so that whoever takes them may let others have their turn. */
type Item = Event | Gap | undefined;

/** The events after a number that a filter wants; up to the newest at the time of asking, so that it ends. */
export function* wanted(journal: Journal, filter: Filter, after: number): Generator<Item, void> {
	const last = journal.newest;
	for (const it of journal.read(after)) {
		if (isGap(it) || it.seq <= last) {
			yield isGap(it) || accepts(filter, it) ? it : undefined;
		} else {
			return;
		}
	}
}

/** The last `count` of these, oldest first, with the gaps between and behind them: looks back only as far as it has to. */
export function* latest(
	journal: Journal,
	filter: Filter,
	after: number,
	count: number,
): Generator<Item, void> {
	for (let span = Math.max(1, count); ; span *= 4) {
		const from = Math.max(after, journal.newest - span);
		const found = new Last(count);
		for (const it of wanted(journal, filter, from)) {
			found.add(it);
			yield undefined;
		}
		if (found.isEnough || from === after) {
			yield* found.all();
			return;
		}
	}
}

/** The last few of many. */
class Last {
	readonly #most: number;
	#items: (Event | Gap)[] = [];
	#head = 0;
	#events = 0;

	constructor(most: number) {
		this.#most = most;
	}

	get isEnough(): boolean {
		return this.#events === this.#most;
	}

	add(it: Item): void {
		if (it === undefined) {
			return;
		}
		this.#items.push(it);
		this.#events += isGap(it) ? 0 : 1;
		while (this.#events > this.#most) {
			const first = this.#items[this.#head++];
			this.#events -= first !== undefined && isGap(first) ? 0 : 1;
		}
		if (this.#head > mostLatest) {
			this.#items = this.all();
			this.#head = 0;
		}
	}

	all(): (Event | Gap)[] {
		return this.#items.slice(this.#head);
	}
}
