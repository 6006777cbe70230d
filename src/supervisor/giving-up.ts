import type { Entry } from './entry.ts';
import { isDoneOneshot, isInPlay } from './graph/standing.ts';
import { entriesOf, namesOf } from './named.ts';

export type GivingUpPorts = {
	readonly get: (name: string) => Entry | undefined;
	/** The processes of a group. */
	readonly entries: (group: string) => readonly Entry[];
	/** Whether it is still there though it is to go. */
	readonly isLeaving: (entry: Entry) => boolean;
	/** Which members groups within this one had stopped when they gave up. */
	readonly stoppedWithin: (group: string) => readonly Entry[];
	/** Stops these. What requires them goes before. */
	readonly stop: (entries: readonly Entry[]) => void;
	/** All are stopped; the members are those that are to come back when the group does. */
	readonly done: (group: string, why: string, members: readonly Entry[]) => void;
	/** It does not give up, after all: something needs one of its members, and has started that again. */
	readonly kept: (group: string) => void;
};

/** `left`: those that are still there; `members`: those that are to come back when the group does. */
type Going = { readonly why: string; readonly left: Set<Entry>; readonly members: Set<Entry> };

/** A group that gives up as a book has it: with the names of its entries. */
export type ToldGivingUp = {
	readonly group: string;
	readonly why: string;
	readonly left: readonly string[];
	readonly members: readonly string[];
};

/** Groups that give up: their members are to be stopped before they are failed. */
export class GivingUp {
	readonly #ports: GivingUpPorts;
	readonly #going = new Map<string, Going>();
	/** Grows with each change of what `told` tells. */
	version = 0;

	constructor(ports: GivingUpPorts) {
		this.#ports = ports;
	}

	/** What a daemon that takes over has to know. */
	told(): readonly ToldGivingUp[] {
		return Array.from(this.#going, ([group, { why, left, members }]) => ({
			group,
			why,
			left: namesOf(left),
			members: namesOf(members),
		}));
	}

	/** What a daemon that died knew; nothing is done before somebody changes, or `resume`. */
	restore(all: readonly ToldGivingUp[]): void {
		const { get } = this.#ports;
		for (const { group, why, left, members } of all) {
			this.#going.set(group, { why, left: entriesOf(left, get), members: entriesOf(members, get) });
		}
	}

	/** Goes on with those of which nobody is left. */
	resume(): void {
		for (const [group, going] of [...this.#going]) {
			this.#settle(group, going);
		}
	}

	/** Whether a group is at it. */
	has(group: string): boolean {
		return this.#going.has(group);
	}

	/** Every group that is. */
	all(): readonly string[] {
		return [...this.#going.keys()];
	}

	/** It does not, after all. */
	drop(group: string): void {
		this.version += Number(this.#going.delete(group));
	}

	/** These are not to come back with their group. */
	forgo(entries: readonly Entry[]): void {
		this.version++;
		for (const { members } of this.#going.values()) {
			for (const entry of entries) {
				members.delete(entry);
			}
		}
	}

	/** Stops all members; one that failed by itself stays so. */
	begin(group: string, why: string): void {
		const all = this.#ports.entries(group);
		const there = all.filter((it) => isInPlay(it) || isDoneOneshot(it) || isOnItsWay(it));
		const members = new Set([...there, ...all.filter(isLimited), ...this.#ports.stoppedWithin(group)]);
		this.version++;
		this.#going.set(group, { why, left: new Set(all), members });
		for (const entry of there) {
			entry.remark = `group ${group} gave up: ${why}`;
		}
		this.#ports.stop(all.filter((it) => it.life.state.tag !== 'failed'));
		for (const entry of all) {
			this.changed(group, entry);
		}
	}

	/** A member has changed. */
	changed(group: string, entry: Entry): void {
		if (this.#ports.isLeaving(entry) || this.#going.get(group)?.left.has(entry) !== true) {
			return;
		}
		if (isInPlay(entry) || entry.life.state.tag === 'waiting') {
			this.drop(group);
			this.#ports.kept(group);
		} else {
			this.gone(group, entry);
		}
	}

	/** A member is not there any more. */
	gone(group: string, entry: Entry): void {
		const going = this.#going.get(group);
		if (going?.left.delete(entry) === true) {
			this.version++;
			this.#settle(group, going);
		}
	}

	#settle(group: string, { why, left, members }: Going): void {
		if (left.size === 0) {
			this.version++;
			this.#going.delete(group);
			this.#ports.done(group, why, [...members]);
		}
	}
}

/** One that has reached its limit. */
export function isLimited({ life: { state } }: Entry): boolean {
	return state.tag === 'failed' && state.why.tag === 'limit';
}

/** Whether it was stopped because its group gave up, not by request. */
export function isGivenUp({ remark }: Entry): boolean {
	return /^group \S+ gave up: /.test(remark);
}

/** It is not stopped, though nothing of it runs. */
function isOnItsWay({ life: { state } }: Entry): boolean {
	return state.tag === 'waiting' || (state.tag === 'stopping' && state.afterwards !== 'stop');
}
