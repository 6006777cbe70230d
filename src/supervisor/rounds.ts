import type { Denial, Input } from '../process/state.ts';
import type { Entry } from './entry.ts';
import { entriesOf, namesOf } from './named.ts';

export type RoundPorts = {
	readonly get: (name: string) => Entry | undefined;
	readonly apply: (entry: Entry, input: Input) => Denial | undefined;
	/** Whether it is still there though it is to go. */
	readonly isLeaving: (entry: Entry) => boolean;
	/** Brings these down, to return. What requires them goes before. */
	readonly hold: (entries: readonly Entry[]) => void;
	/** Starts these, and lets these that wait go on; in their order. */
	readonly start: (entries: readonly Entry[]) => void;
	readonly release: (entries: readonly Entry[]) => void;
};

type Round = {
	readonly group: string;
	readonly members: Set<Entry>;
	/** Those that are still there. */
	readonly left: Set<Entry>;
	/** Those that were stopped and not only held. */
	readonly stopped: Set<Entry>;
};

/** A round as a book has it: with the names of its entries. */
export type ToldRound = { readonly group: string } & Readonly<
	Record<'members' | 'left' | 'stopped', readonly string[]>
>;

/** Members of groups that are to be down, all at the same time, before any of them comes back. */
export class Rounds {
	readonly #ports: RoundPorts;
	readonly #rounds = new Map<Entry, Round>();
	/** Grows with each change of what `told` tells. */
	version = 0;

	constructor(ports: RoundPorts) {
		this.#ports = ports;
	}

	/** What a daemon that takes over has to know. */
	told(): readonly ToldRound[] {
		return Array.from(this.#all(), ({ group, members, left, stopped }) => ({
			group,
			members: namesOf(members),
			left: namesOf(left),
			stopped: namesOf(stopped),
		}));
	}

	/** What a daemon that died knew; nothing is done before somebody changes, or `resume`. */
	restore(rounds: readonly ToldRound[]): void {
		const { get } = this.#ports;
		for (const { group, members, left, stopped } of rounds) {
			const round = {
				group,
				members: entriesOf(members, get),
				left: entriesOf(left, get),
				stopped: entriesOf(stopped, get),
			};
			for (const entry of round.members) {
				this.#rounds.set(entry, round);
			}
		}
	}

	/** Goes on with those of which nobody is left. */
	resume(): void {
		for (const round of this.#all()) {
			if (round.left.size === 0) {
				this.#end(round);
			}
		}
	}

	#all(): ReadonlySet<Round> {
		return new Set(this.#rounds.values());
	}

	/** The group that restarts an entry now. */
	groupOf(entry: Entry): string | undefined {
		return this.#rounds.get(entry)?.group;
	}

	/** Brings all of them down, and then up again, with those that are stopped. */
	begin(group: string, entries: readonly Entry[], stopped: readonly Entry[]): void {
		const round = { group, members: new Set(entries), left: new Set(entries), stopped: new Set(stopped) };
		this.version++;
		for (const entry of round.members) {
			this.#join(round, this.#rounds.get(entry));
			this.#rounds.set(entry, round);
		}
		this.#ports.hold(entries);
		for (const entry of round.members) {
			this.#settle(round, entry);
		}
		if (round.members.size === 0) {
			this.#end(round);
		}
	}

	/** To be called after each change of an entry, and when it is forgotten. */
	changed(entry: Entry): void {
		const round = this.#rounds.get(entry);
		if (round !== undefined) {
			if (entry.life.state.tag === 'backoff') {
				this.#ports.apply(entry, { tag: 'hold' });
			}
			this.#settle(round, entry);
		}
	}

	/** These stay as they are, though their group had stopped them. */
	forgo(entries: readonly Entry[]): void {
		this.version++;
		for (const { stopped } of this.#all()) {
			for (const entry of entries) {
				stopped.delete(entry);
			}
		}
	}

	/** Who is to be down already, for another reason: all of them come back together. */
	#join(round: Round, other: Round | undefined): void {
		if (other === undefined || other === round) {
			return;
		}
		for (const entry of other.members) {
			this.#rounds.set(entry, round);
			round.members.add(entry);
		}
		for (const entry of other.left) {
			round.left.add(entry);
		}
		for (const entry of other.stopped) {
			round.stopped.add(entry);
		}
	}

	#settle(round: Round, entry: Entry): void {
		if (!this.#ports.isLeaving(entry) && round.left.delete(entry)) {
			this.version++;
			if (round.left.size === 0) {
				this.#end(round);
			}
		}
	}

	#end(round: Round): void {
		this.version++;
		for (const entry of round.members) {
			if (this.#rounds.get(entry) === round) {
				this.#rounds.delete(entry);
			}
		}
		// Those that wait count as coming: whoever is behind them waits for them.
		const isStopped = ({ life: { state } }: Entry) => state.tag === 'stopped' || state.tag === 'failed';
		this.#ports.start([...round.stopped].filter(isStopped));
		this.#ports.release([...round.members].filter((it) => it.life.state.tag === 'waiting'));
	}
}
