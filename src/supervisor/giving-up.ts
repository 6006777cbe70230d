import type { Entry } from './entry.ts';
import { isDoneOneshot, isInPlay } from './graph/standing.ts';

export type GivingUpPorts = {
	/** The processes of a group. */
	readonly entries: (group: string) => readonly Entry[];
	/** Whether it is up or on its way in either direction. */
	readonly isThere: (entry: Entry) => boolean;
	/** Which members groups within this one had stopped when they gave up. */
	readonly stoppedWithin: (group: string) => readonly Entry[];
	/** Stops these. What requires them goes before. */
	readonly stop: (entries: readonly Entry[]) => void;
	/** All are stopped; the members are those that are to come back when the group does. */
	readonly done: (group: string, why: string, members: readonly Entry[]) => void;
};

type Going = { readonly why: string; readonly left: Set<Entry>; readonly members: readonly Entry[] };

/** Groups that give up: their members are to be stopped before they are failed. */
export class GivingUp {
	readonly #ports: GivingUpPorts;
	readonly #going = new Map<string, Going>();

	constructor(ports: GivingUpPorts) {
		this.#ports = ports;
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
		this.#going.delete(group);
	}

	/** Stops all members; one that failed by itself stays so. */
	begin(group: string, why: string): void {
		const all = this.#ports.entries(group);
		const there = all.filter((it) => isInPlay(it) || isDoneOneshot(it) || isOnItsWay(it));
		const members = new Set([...there, ...all.filter(isLimited), ...this.#ports.stoppedWithin(group)]);
		this.#going.set(group, { why, left: new Set(all), members: [...members] });
		for (const entry of there) {
			entry.remark = `group ${group} gave up: ${why}`;
		}
		this.#ports.stop(all.filter((it) => it.life.state.tag !== 'failed'));
		for (const entry of all) {
			this.changed(group, entry);
		}
	}

	/** A member has changed, or was forgotten. */
	changed(group: string, entry: Entry): void {
		const going = this.#going.get(group);
		if (going !== undefined && !this.#ports.isThere(entry) && going.left.delete(entry)) {
			if (going.left.size === 0) {
				this.#going.delete(group);
				this.#ports.done(group, going.why, going.members);
			}
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
