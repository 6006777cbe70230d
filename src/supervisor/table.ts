import { compileGlob, isGlob } from '../base/glob.ts';
import { freeName } from '../base/name.ts';
import { type Refusal, refuse } from '../base/refusal.ts';
import type { Entry } from './entry.ts';
import { Members } from './graph/members.ts';
import { frontOf, overlapSuffix } from './overlap-of.ts';

/** Ended foreign processes that are still shown; the one that ended first goes first. */
const endedForeignMost = 100;

/** All names: daemons, runs and foreign processes share one set. */
export class Table {
	private readonly entries = new Map<string, Entry>();
	private readonly added: (entry: Entry) => void;
	/** Names that stand for several: groups, services with instances. */
	members = new Members();

	/** `added` hears of each name that was not there. */
	constructor(added: (entry: Entry) => void = () => undefined) {
		this.added = added;
	}

	get(name: string): Entry | undefined {
		return this.entries.get(name);
	}

	all(): Entry[] {
		return [...this.entries.values()];
	}

	get size(): number {
		return this.entries.size;
	}

	add(entry: Entry): void {
		// A foreign process that has ended keeps its name only until it is wanted again.
		const isKnown = this.entries.get(entry.name) === entry;
		this.entries.delete(entry.name);
		this.entries.set(entry.name, entry);
		if (!isKnown) {
			this.added(entry);
		}
	}

	/** A foreign process has ended: it is the latest of those. Returned are the oldest of too many, to be forgotten. */
	ended(entry: Entry): readonly Entry[] {
		if (this.entries.get(entry.name) !== entry) {
			return [];
		}
		this.add(entry);
		const ended = this.all().filter(isEndedForeign);
		return ended.slice(0, Math.max(0, ended.length - endedForeignMost));
	}

	remove(entry: Entry): void {
		if (this.entries.get(entry.name) === entry) {
			this.entries.delete(entry.name);
		}
	}

	/** Whether a new process may not have that name. */
	isTaken(name: string): boolean {
		const entry = this.entries.get(name);
		return this.members.has(name) || (entry !== undefined && !isEndedForeign(entry)) || this.isSeat(name);
	}

	/** Whether what belongs to the process of another is called so, since a restart of that has overlapped. */
	private isSeat(name: string): boolean {
		return name.includes(overlapSuffix) && this.all().some((it) => it.seat === name);
	}

	/** The chosen name, or the lowest free one made of `base`. */
	nameFor(chosen: string | undefined, base: string): string | Refusal {
		if (chosen === undefined) {
			return freeName(base, (name) => this.isTaken(name));
		}
		return this.isTaken(chosen) ? refuse(this.takenText(chosen)) : chosen;
	}

	private takenText(name: string): string {
		const stands = this.members.groups.has(name) ? 'that of a group' : 'that of a service with instances';
		return this.members.has(name)
			? `the name "${name}" is taken, it is ${stands}: choose another`
			: `the name "${name}" is taken: choose another, or Remove,${name} when it has ended`;
	}

	/** What a name or glob means for a request that only looks: everything that matches, by name. */
	seen(pattern: string): Entry[] {
		const found = isGlob(pattern) ? this.all().filter(matching(pattern)) : this.standsFor(pattern);
		return found.sort((a, b) => (a.name < b.name ? -1 : 1));
	}

	/** Of what matches those whose logs there are: two processes of one service write into one. */
	logging(pattern: string): Entry[] {
		return [...new Set(this.seen(pattern).map(frontOf))];
	}

	/** The processes of a name: its own, those of its instances, or those of its members. */
	standsFor(name: string): Entry[] {
		return this.members
			.leaves(name)
			.map((leaf) => this.entries.get(leaf))
			.filter((entry) => entry !== undefined);
	}

	/** What it means for a request that changes something: a glob is for daemons only; one that nothing has is refused. */
	meant(pattern: string): Entry[] | Refusal {
		const found = this.seen(pattern).filter((entry) => !isGlob(pattern) || entry.kind === 'daemon');
		return found.length > 0 ? found : unknown(pattern);
	}

	/** The one entry of that very name. */
	named(name: string): Entry | Refusal {
		return this.entries.get(name) ?? unknown(name);
	}
}

function matching(pattern: string): (entry: Entry) => boolean {
	const matches = compileGlob(pattern);
	return ({ name }) => matches(name);
}

function isEndedForeign(entry: Entry): boolean {
	const { tag } = entry.life.state;
	return entry.kind === 'foreign' && (tag === 'exited' || tag === 'failed' || tag === 'stopped');
}

function unknown(pattern: string): Refusal {
	return refuse(
		isGlob(pattern)
			? `no daemon matches "${pattern}"; Status lists those there are`
			: `nothing is called "${pattern}"; Status lists what there is`,
	);
}
