import type { Tell } from '../events/fields.ts';
import type { Denial, Input } from '../process/state.ts';
import type { Group } from '../service/service.ts';
import { whyFailed } from './describe.ts';
import type { Entry } from './entry.ts';
import { Failures } from './failures.ts';
import { GivingUp } from './giving-up.ts';
import type { Members } from './graph/members.ts';
import { isAutomatic } from './graph/restarts.ts';
import type { Standing } from './graph/standing.ts';
import { entriesWithin, restartedWith } from './group-entries.ts';
import { GroupStates } from './group-states.ts';
import { Intensity } from './intensity.ts';
import { Rounds } from './rounds.ts';
import { type GroupParts, restoreTold, type ToldGroups, toldOf, versionOf } from './told-groups.ts';

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
	readonly tell: Tell;
	/** Whoever waits for that entry is to judge again. */
	readonly judge: (entry: Entry) => void;
	readonly failed: (group: string, why: string) => unknown;
};

/** Restarts the members of groups as Erlang/OTP's supervisors do, and gives up as they do. */
export class Groups {
	readonly #ports: GroupPorts;
	readonly #states: GroupStates;
	readonly #intensity = new Intensity();
	readonly #rounds: Rounds;
	readonly #givingUp: GivingUp;
	readonly #failures = new Failures();
	readonly #parts: GroupParts;
	/** What is to be done once the restart that it is about has been held. */
	readonly #due = new Map<Entry, () => void>();
	#closed = false;

	constructor(ports: GroupPorts) {
		this.#ports = ports;
		this.#states = new GroupStates(ports);
		this.#rounds = new Rounds({
			...ports,
			start: (entries) => {
				ports.start(entries);
				// Together: one that a daemon that died had begun may be up before those behind it count as coming.
				this.#states.changed(entries);
			},
		});
		this.#givingUp = new GivingUp({
			get: ports.get,
			isLeaving: ports.isLeaving,
			entries: (group) => this.#entries([group]),
			stoppedWithin: (group) => this.#states.stoppedWithin(group),
			stop: ports.stop,
			done: (group, why, members) => this.#failed(group, why, members),
			kept: (group) => {
				this.#states.revive(group);
				this.#states.changed(this.#entries([group]));
			},
		});
		const [states, intensity] = [this.#states, this.#intensity];
		this.#parts = { states, intensity, rounds: this.#rounds, givingUp: this.#givingUp };
	}

	/** Nothing is restarted any more. */
	close(): void {
		this.#closed = true;
	}

	/** The configuration has other groups now. */
	configured(): void {
		this.#states.configured();
		this.#failures.know(this.#entries(this.#ports.members().groups.keys()));
		for (const name of [...this.#intensity.groups(), ...this.#givingUp.all()]) {
			if (!this.#ports.members().groups.has(name)) {
				this.#intensity.forget(name);
				this.#givingUp.drop(name);
			}
		}
	}

	/** Grows with each change of what `told` tells. */
	get version(): number {
		return versionOf(this.#parts);
	}

	/** What a daemon that takes over has to know. */
	told(): ToldGroups {
		return toldOf(this.#parts);
	}

	/** What a daemon that died knew; before `configured`. */
	restore(told: ToldGroups | undefined): void {
		restoreTold(this.#parts, told);
	}

	/** Goes on with what nobody is left of. */
	resume(): void {
		this.#rounds.resume();
		this.#givingUp.resume();
	}

	/** Why an entry has to wait for its group. A restart by itself is counted, and may be what the group acts on. */
	held(entry: Entry, input: Input): string | undefined {
		const place = this.#ports.members().groupOf(entry.name);
		if (place === undefined || this.#closed) {
			return undefined;
		}
		const restarting = this.#rounds.groupOf(entry);
		if (restarting !== undefined) {
			return waitText(restarting);
		}
		return isAutomatic(entry, input) ? this.#restarts(place.group, place.member, entry, input.at) : undefined;
	}

	/** Whether its group is about to restart it. */
	isRestarting(entry: Entry): boolean {
		return this.#rounds.groupOf(entry) !== undefined;
	}

	/** Why a group is failed; undefined when it is not. */
	failure(group: string): string | undefined {
		return this.#states.failure(group);
	}

	/** Whether there is a group of that name. */
	has(group: string): boolean {
		return this.#ports.members().groups.has(group);
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
				this.#intensity.forget(up);
				this.#givingUp.drop(up);
			}
		}
	}

	/** Some of its members are stopped by request: when it is restarted they do not come back with it. */
	forgo(entries: readonly Entry[]): void {
		this.#givingUp.forgo(entries);
		this.#rounds.forgo(entries);
		this.#states.forgo(entries);
	}

	/** To be called after each change of an entry, or of what is to become of it. */
	changed(entry: Entry): void {
		this.#states.changed([entry]);
		const due = this.#due.get(entry);
		if (due !== undefined) {
			this.#due.delete(entry);
			due();
		}
		this.#rounds.changed(entry);
		this.#failForGood(entry);
		for (const group of this.#givingUp.all()) {
			this.#givingUp.changed(group, entry);
		}
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#due.delete(entry);
		this.#states.gone(entry);
		this.#failures.gone(entry);
		this.#rounds.changed(entry);
		for (const group of this.#givingUp.all()) {
			this.#givingUp.gone(group, entry);
		}
	}

	/** A member is restarted: counts it. Why it has to wait, when others are restarted with it or the group gives up. */
	#restarts(group: Group, member: string, entry: Entry, at: number): string | undefined {
		const tooMany = this.#intensity.count(group, at);
		if (tooMany !== undefined) {
			this.#due.set(entry, () => this.#giveUp(group, tooMany));
			return `group ${group.name} gives up`;
		}
		const others = restartedWith(this.#ports, group, member);
		if (others.length === 0) {
			return undefined;
		}
		this.#due.set(entry, () => this.#rounds.begin(group.name, [entry, ...others], []));
		return waitText(group.name);
	}

	/** Stops all members; once they are, the group has failed. */
	#giveUp(group: Group, why: string): void {
		if (!this.#givingUp.has(group.name) && !this.#closed) {
			for (const entry of this.#entries([group.name])) {
				this.#due.delete(entry);
			}
			this.#states.giveUp(group.name);
			this.#givingUp.begin(group.name, why);
		}
	}

	/** All members are stopped. To its parent a group that failed is a member that is restarted. */
	#failed(name: string, why: string, members: readonly Entry[]): void {
		const text = `group ${name} gave up: ${why}`;
		this.#states.fail(name, text, members);
		const all = this.#entries([name]);
		all.forEach(this.#ports.judge);
		const place = this.#ports.members().groupOf(name);
		if (place === undefined) {
			this.#ports.failed(name, text);
			return;
		}
		const tooMany = this.#intensity.count(place.group, Date.now());
		if (tooMany !== undefined) {
			this.#giveUp(place.group, tooMany);
			return;
		}
		this.#states.revive(name);
		this.#intensity.forget(name);
		this.#rounds.begin(place.group.name, restartedWith(this.#ports, place.group, place.member), members);
		this.#states.changed(all);
	}

	/** A member that gave up and will not try again takes its group with it. */
	#failForGood(entry: Entry): void {
		const place = this.#ports.members().groupOf(entry.name);
		const isNew = this.#failures.isNew(entry);
		if (place !== undefined && isNew && this.failure(place.group.name) === undefined) {
			this.#giveUp(place.group, `${entry.name} failed: ${whyFailed(entry)}`);
		}
	}

	#entries(names: Iterable<string>): Entry[] {
		return entriesWithin(this.#ports, names);
	}
}

function waitText(group: string): string {
	return `waits for group ${group}, which restarts its members`;
}
