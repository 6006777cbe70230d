import type { Refusal } from '../base/refusal.ts';
import type { Causes } from '../events/causes.ts';
import type { Entry } from '../supervisor/entry.ts';
import type { Orders } from '../supervisor/orders.ts';

export type Order =
	| { readonly do: 'start' | 'restart' }
	/** `timeout` in milliseconds; undefined: what its service says. */
	| { readonly do: 'stop'; readonly timeout: number | undefined };

/** For whom something is ordered. */
export type Asker = {
	/** The event that is its cause. */
	readonly cause: number;
	/** The start of the process that the event is about, where the order is for that one. */
	readonly start: number | undefined;
	/** A daemon that died may have given this order: what was started since then is what came of it. */
	readonly again?: number | undefined;
	/** Hears that it could not be done. */
	readonly refused: (why: Refusal) => void;
};

export type RoundsPorts = {
	readonly orders: Pick<Orders, 'start' | 'stop' | 'restart'>;
	readonly causes: Causes;
	readonly onFault: (fault: unknown) => void;
};

type Round = { readonly order: Order; readonly of: Map<Entry, Asker[]> };

/**
 * Orders of one batch, given together so that what depends on each other comes in order: an order joins an earlier one
 * of its kind unless something else was ordered of the same process in between.
 */
export class Rounds {
	readonly #orders: Pick<Orders, 'start' | 'stop' | 'restart'>;
	readonly #causes: Causes;
	readonly #onFault: (fault: unknown) => void;
	readonly #rounds: Round[] = [];

	constructor(ports: RoundsPorts) {
		this.#orders = ports.orders;
		this.#causes = ports.causes;
		this.#onFault = ports.onFault;
	}

	/** Nothing happens before `give`. */
	add(order: Order, entries: readonly Entry[], asker: Asker): void {
		const { of } = this.#joined(order, entries) ?? this.#another(order);
		for (const entry of entries) {
			const askers = of.get(entry);
			if (askers !== undefined) {
				askers.push(asker);
			} else if (!isDone(order, entry, asker)) {
				of.set(entry, [asker]);
			}
		}
	}

	/** Whether something is ordered of one of these. */
	touches(entries: readonly Entry[]): boolean {
		return this.#rounds.some(({ of }) => entries.some((entry) => of.has(entry)));
	}

	/** Gives all orders. */
	give(): void {
		for (const round of this.#rounds.splice(0)) {
			const [first] = round.of.values();
			if (first?.[0] !== undefined) {
				const own = new Map([...round.of].map(([entry, [asker]]) => [entry.name, asker?.cause ?? 0]));
				const given = this.#causes.during(first[0].cause, () => this.#give(round), own);
				given.catch(this.#onFault);
			}
		}
	}

	#give({ order, of }: Round): Promise<unknown> {
		const entries = [...of.keys()];
		const refused = (entry: Entry, why: Refusal) => {
			for (const asker of of.get(entry) ?? []) {
				asker.refused(why);
			}
		};
		switch (order.do) {
			case 'start':
				return this.#orders.start(entries, refused);
			case 'stop':
				return this.#orders.stop(entries, order.timeout, refused);
			case 'restart':
				return this.#orders.restart(entries, undefined, refused);
		}
	}

	#joined(order: Order, entries: readonly Entry[]): Round | undefined {
		for (const round of this.#rounds.toReversed()) {
			if (isSame(round.order, order)) {
				return round;
			}
			if (entries.some((entry) => round.of.has(entry))) {
				return undefined;
			}
		}
		return undefined;
	}

	#another(order: Order): Round {
		const round = { order, of: new Map() };
		this.#rounds.push(round);
		return round;
	}
}

function isSame(one: Order, other: Order): boolean {
	return one.do === other.do && (one.do !== 'stop' || other.do !== 'stop' || one.timeout === other.timeout);
}

/** It is being started again because of that very event, or was since: once is enough. */
function isDone({ do: what }: Order, entry: Entry, { cause, start, again }: Asker): boolean {
	if (again !== undefined && what !== 'stop' && entry.newest > again) {
		return true;
	}
	const { tag } = entry.life.state;
	const isComing = entry.cause === cause && (tag === 'starting' || tag === 'waiting');
	const isNewer = start !== undefined && entry.process !== undefined && entry.process.start > start;
	return what === 'restart' && (isComing || (isNewer && (tag === 'starting' || tag === 'running')));
}
