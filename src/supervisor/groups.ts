import { formatDuration } from '../base/duration.ts';
import type { EventType } from '../events/event.ts';
import type { Denial, Input } from '../process/state.ts';
import type { Group } from '../service/service.ts';
import { failureText } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Members } from './graph/members.ts';
import { isAutomatic } from './graph/restarts.ts';
import { isDoneOneshot, isInPlay, type Standing } from './graph/standing.ts';
import { concerned, counted, isTooMany } from './graph/strategy.ts';
import { GroupStates } from './group-states.ts';

export type GroupPorts = {
	readonly members: () => Members;
	readonly get: (name: string) => Entry | undefined;
	readonly apply: (entry: Entry, input: Input) => Denial | undefined;
	readonly isLeaving: (entry: Entry) => boolean;
	readonly standing: (entry: Entry) => Standing;
	/** Brings these down, to return; and stops these. What requires them goes before. */
	readonly hold: (entries: readonly Entry[]) => void;
	readonly stop: (entries: readonly Entry[]) => void;
	/** Starts these, and lets these that wait go on; in their order. */
	readonly start: (entries: readonly Entry[]) => void;
	readonly release: (entries: readonly Entry[]) => void;
	readonly tell: (type: EventType, group: string, fields: readonly string[]) => void;
	readonly failed: (group: string, why: string) => unknown;
};

/** Members that are to be down, all at the same time, before any of them comes back. */
type Round = {
	readonly group: string;
	readonly members: Set<Entry>;
	readonly left: Set<Entry>;
	/** Those that were stopped and not only held. */
	readonly stopped: Set<Entry>;
};

/** Members that are to be stopped before the group is failed. */
type GivingUp = { readonly why: string; readonly left: Set<Entry>; readonly stopped: readonly Entry[] };

/** Restarts the members of groups as Erlang/OTP's supervisors do, and gives up as they do. */
export class Groups {
	readonly #ports: GroupPorts;
	readonly #states: GroupStates;
	/** When members were restarted, as far as it still counts. */
	readonly #times = new Map<string, readonly number[]>();
	readonly #rounds = new Map<Entry, Round>();
	readonly #givingUp = new Map<string, GivingUp>();
	/** What is to be done once the restart that it is about has been held. */
	readonly #due = new Map<Entry, () => void>();
	#closed = false;

	constructor(ports: GroupPorts) {
		this.#ports = ports;
		this.#states = new GroupStates({
			members: ports.members,
			get: ports.get,
			standing: ports.standing,
			tell: ports.tell,
		});
	}

	/** Nothing is restarted any more. */
	close(): void {
		this.#closed = true;
	}

	/** The configuration has other groups now. */
	configured(): void {
		this.#states.configured();
		for (const name of [...this.#times.keys(), ...this.#givingUp.keys()]) {
			if (!this.#ports.members().groups.has(name)) {
				this.#times.delete(name);
				this.#givingUp.delete(name);
			}
		}
	}

	/** Why an entry has to wait for its group. A restart by itself is counted, and may be what the group acts on. */
	held(entry: Entry, input: Input): string | undefined {
		const place = this.#ports.members().groupOf(entry.name);
		if (place === undefined || this.#closed) {
			return undefined;
		}
		const round = this.#rounds.get(entry);
		if (round !== undefined) {
			return `waits for group ${round.group}, which restarts its members`;
		}
		if (!isAutomatic(entry, input)) {
			return undefined;
		}
		return this.#restarts(place.group, place.member, [entry], input.at);
	}

	/** Whether its group is about to restart it. */
	isRestarting(entry: Entry): boolean {
		return this.#rounds.has(entry);
	}

	/** Why a group is failed; undefined when it is not. */
	failure(group: string): string | undefined {
		return this.#states.failure(group);
	}

	/** The nearest group of an entry that is failed. */
	failedOf({ name }: Entry): string | undefined {
		return this.#ports
			.members()
			.chain(name)
			.slice(1)
			.find((group) => this.failure(group) !== undefined);
	}

	/** The state of a group: `starting`, `ready`, `stopping`, `stopped` or `failed`. */
	state(group: string): string | undefined {
		return this.#states.of(group);
	}

	/** Some of its members are started by request: it has not failed any more, and what was counted is forgotten. */
	revive(entries: readonly Entry[]): void {
		for (const { name } of entries) {
			for (const up of this.#ports.members().chain(name)) {
				this.#states.revive(up);
				this.#times.delete(up);
				this.#givingUp.delete(up);
			}
		}
	}

	/** To be called after each change of an entry, or of what is to become of it. */
	changed(entry: Entry): void {
		this.#states.changed(entry);
		const due = this.#due.get(entry);
		if (due !== undefined) {
			this.#due.delete(entry);
			due();
		}
		const round = this.#rounds.get(entry);
		if (round !== undefined) {
			if (entry.life.state.tag === 'backoff') {
				this.#ports.apply(entry, { tag: 'hold' });
			}
			this.#settleRound(round, entry);
		}
		this.#failForGood(entry);
		for (const up of this.#givingUp.size === 0 ? [] : this.#ports.members().chain(entry.name)) {
			this.#settleGivingUp(up, entry);
		}
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#due.delete(entry);
		this.#states.gone(entry);
		const round = this.#rounds.get(entry);
		if (round !== undefined) {
			this.#settleRound(round, entry);
		}
		for (const name of [...this.#givingUp.keys()]) {
			this.#settleGivingUp(name, entry);
		}
	}

	/** A member is restarted: counts it. Why it has to wait, when others are restarted with it or the group gives up. */
	#restarts(group: Group, member: string, own: readonly Entry[], at: number): string | undefined {
		const times = counted(this.#times.get(group.name) ?? [], at, group);
		this.#times.set(group.name, times);
		const [first] = own;
		if (isTooMany(times, group)) {
			const within = formatDuration(group.intensity.within);
			const why = `${times.length} restarts within ${within}`;
			this.#whenHeld(first, () => this.#giveUp(group, why));
			return `group ${group.name} gives up`;
		}
		const others = this.#withIt(group, member);
		if (others.length === 0) {
			return undefined;
		}
		this.#whenHeld(first, () => this.#begin(group.name, [...own, ...others], []));
		return `waits for group ${group.name}, which restarts its members`;
	}

	#whenHeld(entry: Entry | undefined, act: () => void): void {
		if (entry !== undefined) {
			this.#due.set(entry, act);
		}
	}

	/** Brings all of them down, and then up again. */
	#begin(group: string, entries: readonly Entry[], stopped: readonly Entry[]): void {
		const round = { group, members: new Set(entries), left: new Set(entries), stopped: new Set(stopped) };
		for (const entry of round.members) {
			this.#join(round, this.#rounds.get(entry));
			this.#rounds.set(entry, round);
		}
		this.#ports.hold(entries);
		for (const entry of round.members) {
			this.#settleRound(round, entry);
		}
		if (round.members.size === 0) {
			this.#end(round);
		}
	}

	/** Who is to be down already, for another reason: all of them come back together. */
	#join(round: Round, other: Round | undefined): void {
		if (other !== undefined && other !== round) {
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
	}

	#settleRound(round: Round, entry: Entry): void {
		if (!this.#isThere(entry) && round.left.delete(entry) && round.left.size === 0) {
			this.#end(round);
		}
	}

	#end(round: Round): void {
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

	/** Stops all members; once they are, the group has failed. */
	#giveUp(group: Group, why: string): void {
		if (this.#givingUp.has(group.name) || this.#closed) {
			return;
		}
		const all = this.#entries(group.members);
		const inner = this.#ports.members();
		const earlier = inner.leaves(group.name).flatMap((leaf) => this.#stoppedBefore(leaf, group.name));
		const there = all.filter((it) => isInPlay(it) || isDoneOneshot(it) || isOnItsWay(it));
		const stopped = [...new Set([...there, ...all.filter(isLimited), ...earlier])];
		for (const entry of all) {
			this.#due.delete(entry);
		}
		this.#states.giveUp(group.name);
		this.#givingUp.set(group.name, { why, left: new Set(all), stopped });
		for (const entry of there) {
			entry.remark = `group ${group.name} gave up: ${why}`;
		}
		this.#ports.stop(all.filter((it) => it.life.state.tag !== 'failed'));
		for (const entry of all) {
			this.#settleGivingUp(group.name, entry);
		}
	}

	/** What a group within had stopped when it gave up, before this one does. */
	#stoppedBefore(leaf: string, group: string): readonly Entry[] {
		const chain = this.#ports.members().chain(leaf);
		return chain
			.slice(1, chain.indexOf(group))
			.flatMap((name) => this.#states.stopped(name))
			.filter((entry) => entry.name === leaf);
	}

	#settleGivingUp(name: string, entry: Entry): void {
		const giving = this.#givingUp.get(name);
		if (
			giving !== undefined &&
			!this.#isThere(entry) &&
			giving.left.delete(entry) &&
			giving.left.size === 0
		) {
			this.#givingUp.delete(name);
			this.#states.fail(name, `group ${name} gave up: ${giving.why}`, giving.stopped);
			this.#escalate(name, giving);
		}
	}

	/** To its parent a group that failed is a member that is restarted. */
	#escalate(name: string, { why, stopped }: GivingUp): void {
		const place = this.#ports.members().groupOf(name);
		if (place === undefined) {
			this.#ports.failed(name, `group ${name} gave up: ${why}`);
			return;
		}
		const { group, member } = place;
		const times = counted(this.#times.get(group.name) ?? [], Date.now(), group);
		this.#times.set(group.name, times);
		if (isTooMany(times, group)) {
			this.#giveUp(group, `${times.length} restarts within ${formatDuration(group.intensity.within)}`);
			return;
		}
		this.#states.revive(name);
		this.#times.delete(name);
		const others = this.#withIt(group, member);
		this.#begin(group.name, others, stopped);
	}

	/** A member that gave up and will not try again takes its group with it. */
	#failForGood(entry: Entry): void {
		const place = this.#ports.members().groupOf(entry.name);
		const { state } = entry.life;
		const isForGood = isLimited(entry) && entry.spec.limit.retry === 0;
		if (
			place !== undefined &&
			isForGood &&
			state.tag === 'failed' &&
			this.failure(place.group.name) === undefined
		) {
			this.#giveUp(place.group, `${entry.name} failed: ${failureText(state.why)}`);
		}
	}

	/** Who is restarted with a member: what is there, and what would be after a while. */
	#withIt(group: Group, member: string): Entry[] {
		return this.#entries(concerned(group, member)).filter(
			(it) => this.#isThere(it) || it.life.state.tag === 'backoff',
		);
	}

	/** Whether it is up or on its way in either direction. */
	#isThere(entry: Entry): boolean {
		const { tag } = entry.life.state;
		return tag === 'starting' || tag === 'running' || tag === 'paused' || this.#ports.isLeaving(entry);
	}

	#entries(names: readonly string[]): Entry[] {
		return names
			.flatMap((name) => this.#ports.members().leaves(name))
			.map(this.#ports.get)
			.filter((it) => it !== undefined);
	}
}

/** It is not stopped, though nothing of it runs. */
function isOnItsWay({ life: { state } }: Entry): boolean {
	return state.tag === 'waiting' || (state.tag === 'stopping' && state.afterwards !== 'stop');
}

function isLimited({ life: { state } }: Entry): boolean {
	return state.tag === 'failed' && state.why.tag === 'limit';
}
