import { type Refusal, refuse } from '../base/refusal.ts';
import type { Causes } from '../events/causes.ts';
import type { Tell } from '../events/fields.ts';
import type { Denial, Input } from '../process/state.ts';
import type { Group, Service } from '../service/service.ts';
import { allOf, type Refused } from './all-of.ts';
import { Bring } from './bring.ts';
import { Downs } from './downs.ts';
import type { Entry } from './entry.ts';
import type { Need } from './facts.ts';
import { edgesOf } from './graph/edges.ts';
import { type Edge, type EdgeKind, Graph } from './graph/graph.ts';
import { Members } from './graph/members.ts';
import { byRank, lowered, type View } from './graph/plan.ts';
import { mayStart } from './graph/restarts.ts';
import { type Down, isStartable, isSupporting, standingOf, startOf } from './graph/standing.ts';
import { Groups, type ToldGroups } from './groups.ts';
import { Holds } from './holds.ts';
import { needOf, startJudged, stopJudged } from './judged.ts';
import { besideOf, mayOverlap } from './overlap-of.ts';
import { notRestarted, type Overlaps } from './overlaps.ts';
import { denialText } from './verdicts.ts';
import type { Verdict } from './waits.ts';

export type OrderPorts = {
	readonly get: (name: string) => Entry | undefined;
	/** Feeds an input to an entry; `changed` of this class is called for it afterwards, never from within. */
	readonly apply: (entry: Entry, input: Input) => Denial | undefined;
	/** Several inputs, of which others hear when the last one is carried out. */
	readonly together: (act: () => void) => void;
	/** Somebody wants it now: it does not wait for its time. */
	readonly asked: (entry: Entry) => void;
	/** Resolves with the first verdict. */
	readonly until: (entry: Entry, judge: (entry: Entry) => Verdict) => Promise<'done' | Refusal>;
	/** Whoever waits for that entry is to judge again. */
	readonly judge: (entry: Entry) => void;
	/** Because of which event something is being done. */
	readonly causes: Causes;
	readonly tell: Tell;
	/** What is to become of an entry once others are gone (`downOf`) has changed. */
	readonly ordered: (entry: Entry) => void;
	/** What `told` tells may have changed, though nothing is told of it. */
	readonly moreChanged: () => void;
	/** Starts the new process of an entry beside the one it has; resolves when only one is left. */
	readonly overlap: Pick<Overlaps, 'begin' | 'over'>;
	/** A group has failed and nobody restarts it. */
	readonly failed: (group: string, why: string) => unknown;
};

/** Groups, and edges that requests added, as a book has them. */
export type ToldOrders = { readonly groups: ToldGroups; readonly edges: readonly Edge[] };

/** Brings things up and down in the order that their dependencies and groups ask for. */
export class Orders {
	readonly graph = new Graph();
	readonly groups: Groups;
	readonly view: View;
	readonly #ports: OrderPorts;
	readonly #holds: Holds;
	readonly #downs: Downs;
	readonly #bring: Bring;
	/** What holds up those that require it, each with the start that does. */
	readonly #supporting = new Map<Entry, number>();
	#closing = false;

	constructor(ports: OrderPorts) {
		this.#ports = ports;
		const standing = (entry: Entry) =>
			standingOf(entry, this.#downs.of(entry), this.#holds.isStalled(entry) || this.#holds.isForTime(entry));
		const view = { graph: this.graph, get: ports.get, standing };
		const apply = (entry: Entry, input: Input) => void ports.apply(entry, input);
		this.view = view;
		this.#holds = new Holds({ view, apply });
		this.#downs = new Downs({ view, apply, causes: ports.causes, ordered: ports.ordered });
		this.#bring = new Bring({
			...ports,
			view,
			downs: this.#downs,
			noted: (entry) => this.#noted(entry),
			isRestarting: (entry) => this.groups.isRestarting(entry),
		});
		this.groups = new Groups({
			...ports,
			members: () => this.graph.members,
			isLeaving: (entry) => this.#downs.isLeaving(entry),
			standing,
			hold: (entries) => this.#bring.down(entries, { how: 'hold' }),
			stop: (entries) => this.#bring.down(entries, { how: 'stop' }),
			start: (entries) => this.#bring.up(entries),
			release: (entries) => {
				for (const entry of byRank(view, entries)) {
					apply(entry, { tag: 'release' });
				}
			},
		});
	}

	/** Replaces what the configuration says of dependencies, instances and groups. */
	configure(services: readonly Service[], groups: readonly Group[]): Refusal | undefined {
		const members = new Members(services, groups);
		const refused = this.graph.configure(members, edgesOf(services));
		if (refused === undefined) {
			this.groups.configured();
			this.#reconsider();
		}
		return refused;
	}

	/** What `configure` would make of the graph, or why it would be refused. */
	configured(services: readonly Service[], groups: readonly Group[]): Graph | Refusal {
		return this.graph.configured(new Members(services, groups), edgesOf(services));
	}

	/** Adds an edge; it acts from the next start or end on. */
	depend(from: string, on: string, kind: EdgeKind): Refusal | undefined {
		const refused = this.graph.depend(from, on, kind);
		this.#ports.moreChanged();
		this.#reconsider();
		return refused;
	}

	/** Takes back an edge that `depend` added. */
	undepend(from: string, on: string): Refusal | undefined {
		const refused = this.graph.undepend(from, on);
		this.#ports.moreChanged();
		this.#reconsider();
		return refused;
	}

	/** Grows with each change of what `told` tells. */
	get version(): number {
		return this.groups.version + this.graph.version;
	}

	/** What a daemon that takes over has to know beyond the entries. */
	told(): ToldOrders {
		return { groups: this.groups.told(), edges: this.graph.added() };
	}

	/** What is to become of an entry once others are gone. */
	downOf(entry: Entry): Down | undefined {
		return this.#downs.of(entry);
	}

	/** Adds the edges again that requests had added, as far as the configuration in force leaves them room. */
	restoreEdges(edges: readonly Edge[]): void {
		for (const { from, on, kind } of edges) {
			this.graph.depend(from, on, kind);
		}
	}

	/** What a daemon that died was about to do with these: nothing of it is done before `resume`. */
	restore(downs: ReadonlyMap<Entry, Down>): void {
		for (const [entry, down] of downs) {
			this.#downs.put(entry, down);
		}
	}

	/** Goes on with it. */
	resume(): void {
		for (const entry of this.#downs.all()) {
			this.#noted(entry);
		}
		this.#reconsider();
	}

	#reconsider(): void {
		this.#holds.reconsider();
		this.#downs.reconsider();
	}

	/** Why a start that follows from this input has to wait now. */
	held(entry: Entry, input: Input): string | undefined {
		if (this.#closing) {
			return 'archon is shutting down';
		}
		if (!mayStart(entry, input)) {
			return undefined;
		}
		const other =
			this.#downs.of(entry)?.how === 'stop' ? 'is about to be stopped' : this.groups.held(entry, input);
		if (other !== undefined) {
			this.#holds.clear(entry);
		}
		return other ?? this.#holds.held(entry);
	}

	/** To be called for an entry that is new, and after each change of its life. */
	changed(entry: Entry): void {
		const start = this.#supporting.get(entry);
		if (isSupporting(entry, start)) {
			this.#supporting.set(entry, startOf(entry));
		} else if (this.#supporting.delete(entry)) {
			this.#bring.lost(entry);
			if (entry.life.state.tag === 'running') {
				this.#supporting.set(entry, startOf(entry));
			}
		}
		this.#noted(entry);
		this.#downs.changed(entry);
	}

	/** It has another process, which is ready: what it holds up is held up by that. */
	replaced(entry: Entry): void {
		if (this.#supporting.has(entry) && entry.life.state.tag === 'running') {
			this.#supporting.set(entry, startOf(entry));
		}
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#supporting.delete(entry);
		this.groups.gone(entry);
		this.#holds.gone(entry);
		this.#downs.gone(entry);
	}

	/** Brings up what is to run from now on, and what that needs but for what is `left` as it is. */
	boot(entries: readonly Entry[], left?: ReadonlySet<Entry>): void {
		this.#bring.up(entries, [], left);
	}

	/**
	 * Starts these, what they need first; resolves when they are ready, or says why one is not: of each, if it is asked
	 * for, to `refused` as well.
	 */
	async start(entries: readonly Entry[], refused?: Refused): Promise<Refusal | undefined> {
		if (this.#closing) {
			return refuse('archon is shutting down: nothing is started any more');
		}
		entries.forEach(this.#ports.asked);
		this.groups.revive(entries);
		this.#ports.moreChanged();
		const denied = this.#bring.up(entries, entries);
		return await this.#all(entries, denied, this.#isStarted, refused);
	}

	/** Resolves like `start`, of which a daemon that died had carried out what is to be done at once. */
	async started(entries: readonly Entry[]): Promise<Refusal | undefined> {
		const foreign = entries.filter((entry) => entry.kind === 'foreign');
		const denied = new Map(foreign.map((it) => [it, refuse(denialText(it, 'started', 'foreign'))]));
		return await this.#all(entries, denied, this.#isStarted);
	}

	/**
	 * Resolves like `restart`, in the same way. `at`: when that was asked. What overlaps has a newer process by now, or is
	 * at it, or that came to nothing, or it was still to wait for another to be over.
	 */
	async restarted(entries: readonly Entry[], at: number): Promise<Refusal | undefined> {
		const isOld = (entry: Entry) => mayOverlap(entry) && (entry.process?.since ?? at) < at;
		const isAtIt = (entry: Entry) =>
			besideOf(entry) !== undefined && !(entry.overlap?.phase === 'retiring' && isOld(entry));
		const overlapping = new Set(entries.filter((entry) => isAtIt(entry) || isOld(entry)));
		const refused = await allOf([...overlapping], (entry) =>
			isAtIt(entry) ? this.#proven(entry) : this.#resumed(entry),
		);
		const others = await this.started(entries.filter((entry) => !overlapping.has(entry)));
		return refused ?? others;
	}

	/** Resolves like `stop`, in the same way. */
	async stopped(entries: readonly Entry[]): Promise<Refusal | undefined> {
		return await this.#all(withBeside(entries), new Map(), this.#isStopped);
	}

	/** Stops these, what requires them first; resolves when they are gone. `grace` 0 kills at once. */
	async stop(entries: readonly Entry[], grace?: number, refused?: Refused): Promise<Refusal | undefined> {
		this.groups.forgo(entries);
		this.#ports.moreChanged();
		const all = withBeside(entries);
		this.#bring.down(all, { how: 'stop', grace });
		return await this.#all(all, new Map(), this.#isStopped, refused);
	}

	/** Whether it is to be brought down and waits for those that have to go first. */
	isLeaving(entry: Entry): boolean {
		return this.#downs.of(entry) !== undefined;
	}

	/**
	 * Stops and starts these, or starts them anew beside themselves, and starts those that did not run, with what they need
	 * but for what is `left` as it is; resolves when they are ready.
	 */
	async restart(
		entries: readonly Entry[],
		left?: ReadonlySet<Entry>,
		refused?: Refused,
	): Promise<Refusal | undefined> {
		if (this.#closing) {
			return refuse('archon is shutting down: nothing is started any more');
		}
		entries.forEach(this.#ports.asked);
		this.groups.revive(entries);
		this.#ports.moreChanged();
		const runs = entries.filter((entry) => entry.kind !== 'foreign' && !isStartable(entry));
		const overlapping = this.#overlapping(runs);
		this.#bring.down(
			runs.filter((entry) => !overlapping.has(entry)),
			{ how: 'restart' },
		);
		const denied = this.#bring.up(entries, [], left);
		const judged = (entry: Entry) =>
			overlapping.has(entry) ? this.#overlapped(entry) : this.#judged(entry, denied, this.#isStarted);
		return await allOf(entries, judged, refused);
	}

	/** Which of these are started beside themselves: not what has to go anyway because of others of these. */
	#overlapping(runs: readonly Entry[]): ReadonlySet<Entry> {
		const others = runs.filter((entry) => !mayOverlap(entry));
		const down = new Set(lowered(this.view, others).map(({ entry }) => entry));
		return new Set(runs.filter((entry) => mayOverlap(entry) && !down.has(entry)));
	}

	/** One overlap at a time: while an old process is still to go, a further one begins after that. */
	async #overlapped(entry: Entry): Promise<'done' | Refusal> {
		const { overlap } = this.#ports;
		while (entry.overlap?.phase === 'retiring') {
			const stuck = await overlap.over(entry);
			if (stuck !== undefined) {
				return stuck;
			}
		}
		if (!mayOverlap(entry) || this.#closing) {
			return (await this.restart([entry])) ?? 'done';
		}
		return (await overlap.begin(entry)) ?? (await this.#ports.until(entry, this.#isStarted));
	}

	/** What its new process comes to that was started by a daemon that died. */
	async #proven(entry: Entry): Promise<'done' | Refusal> {
		return (await this.#ports.overlap.over(entry)) ?? (await this.#ports.until(entry, this.#isStarted));
	}

	async #resumed(entry: Entry): Promise<'done' | Refusal> {
		return entry.remark.startsWith(notRestarted)
			? refuse(`"${entry.name}" ${entry.remark}`)
			: await this.#overlapped(entry);
	}

	/** Stops all of these in order; nothing is started any more. */
	async shutdown(entries: readonly Entry[]): Promise<void> {
		this.#closing = true;
		this.groups.close();
		await this.stop(entries);
	}

	/**
	 * What keeps an entry: what has to be gone before it is brought down, else what its start waits for, or would wait
	 * for.
	 */
	waitsFor(entry: Entry): readonly Need[] {
		const going = this.#downs.of(entry) === undefined ? [] : [...this.#downs.before(entry)];
		if (going.length > 0) {
			return going.map((other) => needOf({ name: other.name, entry: other }));
		}
		const isUp = entry.life.state.tag === 'running' || entry.life.state.tag === 'starting';
		return isUp ? [] : [...this.#holds.blocks(entry)].map(needOf);
	}

	readonly #isStopped = (entry: Entry) => stopJudged(entry, this.#downs.of(entry));

	readonly #isStarted = (entry: Entry) => startJudged(entry, this.#downs.of(entry), this.#holds);

	async #all(
		entries: readonly Entry[],
		denied: ReadonlyMap<Entry, Refusal>,
		judge: (entry: Entry) => Verdict,
		tell?: Refused,
	): Promise<Refusal | undefined> {
		return await allOf(entries, (entry) => this.#judged(entry, denied, judge), tell);
	}

	async #judged(
		entry: Entry,
		denied: ReadonlyMap<Entry, Refusal>,
		judge: (entry: Entry) => Verdict,
	): Promise<'done' | Refusal> {
		return denied.get(entry) ?? (await this.#ports.until(entry, judge));
	}

	#noted(entry: Entry): void {
		if (this.graph.touches(entry.name)) {
			this.#holds.changed(entry);
			this.groups.changed(entry);
		}
	}
}

/** With the second process of each, where there is one. */
function withBeside(entries: readonly Entry[]): readonly Entry[] {
	return [...new Set(entries.flatMap((entry) => [entry, besideOf(entry) ?? entry]))];
}
