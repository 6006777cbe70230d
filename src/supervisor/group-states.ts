import type { Tell } from '../events/fields.ts';
import type { Entry } from './entry.ts';
import type { Members } from './graph/members.ts';
import type { Standing } from './graph/standing.ts';
import { entriesOf, namesOf } from './named.ts';

export type GroupStatePorts = {
	readonly members: () => Members;
	readonly get: (name: string) => Entry | undefined;
	readonly standing: (entry: Entry) => Standing;
	readonly tell: Tell;
};

type State = 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed';

/** A group as a book has it. */
export type ToldGroup = {
	readonly name: string;
	readonly state: State;
	readonly failed: { readonly why: string; readonly stopped: readonly string[] } | undefined;
};

/** What a member adds to the state of its groups. */
type Part = 'up' | 'coming' | 'leaving' | 'down';

type Tally = {
	state: State;
	readonly parts: { up: number; coming: number; leaving: number; down: number };
	/** Why it gave up, and which members that stopped; while it is giving up `why` is empty. */
	failed: { readonly why: string; readonly stopped: Set<Entry> } | undefined;
};

/** The states of groups, made of those of their members, and the events that tell of them. */
export class GroupStates {
	readonly #ports: GroupStatePorts;
	readonly #tallies = new Map<string, Tally>();
	/** Grows with each change of what `told` tells. */
	version = 0;
	readonly #parts = new Map<Entry, { readonly part: Part; readonly groups: readonly string[] }>();

	constructor(ports: GroupStatePorts) {
		this.#ports = ports;
	}

	/** Counts anew what is in groups now. */
	configured(): void {
		const members = this.#ports.members();
		const before = new Map(this.#tallies);
		this.#tallies.clear();
		this.#parts.clear();
		for (const name of members.groups.keys()) {
			const { state = 'stopped', failed } = before.get(name) ?? {};
			this.#tallies.set(name, { state, failed, parts: { up: 0, coming: 0, leaving: 0, down: 0 } });
		}
		for (const name of members.groups.keys()) {
			for (const leaf of members.leaves(name)) {
				const entry = this.#ports.get(leaf);
				if (entry !== undefined) {
					this.#count(entry, this.#partOf(entry));
				}
			}
		}
		for (const name of members.groups.keys()) {
			this.#settle(name);
		}
	}

	/** What a daemon that takes over has to know. */
	told(): readonly ToldGroup[] {
		return Array.from(this.#tallies, ([name, { state, failed }]) => ({
			name,
			state,
			failed: failed && { why: failed.why, stopped: namesOf(failed.stopped) },
		}));
	}

	/** What a daemon that died knew; before `configured`. */
	restore(groups: readonly ToldGroup[]): void {
		for (const { name, state, failed } of groups) {
			const stopped = entriesOf(failed?.stopped ?? [], this.#ports.get);
			const parts = { up: 0, coming: 0, leaving: 0, down: 0 };
			this.#tallies.set(name, { state, parts, failed: failed && { why: failed.why, stopped } });
		}
	}

	of(group: string): State | undefined {
		return this.#tallies.get(group)?.state;
	}

	/** Why a group is failed; undefined when it is not. */
	failure(group: string): string | undefined {
		const { failed } = this.#tallies.get(group) ?? {};
		return failed?.why === '' ? undefined : failed?.why;
	}

	/** Which members groups within this one stopped when they gave up. */
	stoppedWithin(group: string): readonly Entry[] {
		const members = this.#ports.members();
		const within = members.leaves(group).flatMap((leaf) => {
			const chain = members.chain(leaf);
			return chain.slice(1, chain.indexOf(group));
		});
		return [...new Set(within)].flatMap((name) => [...(this.#tallies.get(name)?.failed?.stopped ?? [])]);
	}

	/** Its members are being stopped because it gives up. */
	giveUp(group: string): void {
		this.#set(group, { why: '', stopped: new Set() });
	}

	/** It has given up, and its members are stopped. */
	fail(group: string, why: string, stopped: readonly Entry[]): void {
		this.#set(group, { why, stopped: new Set(stopped) });
		this.#settle(group);
	}

	/** It is started again. */
	revive(group: string): void {
		const tally = this.#tallies.get(group);
		if (tally?.failed !== undefined) {
			this.version++;
			tally.failed = undefined;
			tally.state = tally.state === 'failed' ? 'stopped' : tally.state;
		}
	}

	/** These are not to come back with a group that had stopped them. */
	forgo(entries: readonly Entry[]): void {
		this.version++;
		for (const entry of entries) {
			for (const group of this.#ports.members().chain(entry.name).slice(1)) {
				this.#tallies.get(group)?.failed?.stopped.delete(entry);
			}
		}
	}

	#set(group: string, failed: Tally['failed']): void {
		this.version++;
		const tally = this.#tallies.get(group);
		if (tally !== undefined) {
			tally.failed = failed;
		}
	}

	/** To be called after each change of these, or of what is to become of them: told is what all of them come to. */
	changed(entries: readonly Entry[]): void {
		for (const group of new Set(entries.flatMap((entry) => this.#counted(entry)))) {
			this.#settle(group);
		}
	}

	/** Counts an entry as what it is now; the groups that it is in, from the inside out. */
	#counted(entry: Entry): readonly string[] {
		const known = this.#parts.get(entry);
		const part = this.#partOf(entry);
		if (known?.part === part) {
			return known.groups;
		}
		this.gone(entry);
		return this.#count(entry, part);
	}

	/** The entry counts no longer. */
	gone(entry: Entry): void {
		const known = this.#parts.get(entry);
		this.#parts.delete(entry);
		for (const group of known?.groups ?? []) {
			const tally = this.#tallies.get(group);
			if (tally !== undefined && known !== undefined) {
				tally.parts[known.part]--;
			}
		}
	}

	#count(entry: Entry, part: Part): readonly string[] {
		if (this.#parts.has(entry)) {
			return [];
		}
		const groups = this.#ports
			.members()
			.chain(entry.name)
			.slice(1)
			.filter((it) => this.#tallies.has(it));
		for (const group of groups) {
			const tally = this.#tallies.get(group);
			if (tally !== undefined) {
				tally.parts[part]++;
			}
		}
		this.#parts.set(entry, { part, groups });
		return groups;
	}

	#partOf(entry: Entry): Part {
		const { state } = entry.life;
		const standing = this.#ports.standing(entry);
		if (standing === 'up' || state.tag === 'paused') {
			return 'up';
		}
		if (standing === 'coming' || state.tag === 'backoff' || state.tag === 'waiting') {
			return 'coming';
		}
		return state.tag === 'running' || state.tag === 'starting' || state.tag === 'stopping'
			? 'leaving'
			: 'down';
	}

	/** Whether a group within it gives up: that is to come back, for it is restarted as a member. */
	#isReturning(group: string): boolean {
		const members = this.#ports.members().groups.get(group)?.members ?? [];
		return members.some((it) => this.#tallies.get(it)?.failed?.why === '' || this.#isReturning(it));
	}

	/** Told once per edge. */
	#settle(group: string): void {
		const tally = this.#tallies.get(group);
		if (tally === undefined) {
			return;
		}
		const state = stateOf(tally, () => this.#isReturning(group));
		if (state !== tally.state) {
			this.version++;
			tally.state = state;
			const { up, down } = tally.parts;
			if (state === 'failed') {
				this.#ports.tell('group.failed', group, [`reason=${tally.failed?.why}`]);
			} else {
				this.#ports.tell(`group.${state}`, group, [`up=${up}`, `down=${down}`]);
			}
		}
	}
}

function stateOf({ parts, failed }: Tally, isReturning: () => boolean): State {
	if (failed !== undefined) {
		return failed.why === '' ? 'stopping' : 'failed';
	}
	if (parts.coming > 0 || isReturning()) {
		return 'starting';
	}
	return parts.up > 0 ? 'ready' : parts.leaving > 0 ? 'stopping' : 'stopped';
}
