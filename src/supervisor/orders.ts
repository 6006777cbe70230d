import { type Refusal, refuse } from '../base/refusal.ts';
import type { Input } from '../process/state.ts';
import { allOf, type Refused } from './all-of.ts';
import { Bring } from './bring.ts';
import { Dependencies } from './dependencies.ts';
import { Downs } from './downs.ts';
import type { Entry } from './entry.ts';
import type { Need } from './facts.ts';
import { type Edge, Graph } from './graph/graph.ts';
import type { View } from './graph/plan.ts';
import { mayStart } from './graph/restarts.ts';
import { type Down, isStartable, standingOf } from './graph/standing.ts';
import { Groups } from './groups.ts';
import { Holds } from './holds.ts';
import { needsOf } from './judged.ts';
import type { OrderPorts } from './order-ports.ts';
import { Outcomes } from './outcomes.ts';
import { withBeside } from './overlap-of.ts';
import { OverlapOrders } from './overlap-orders.ts';
import { ResumedOrders } from './resumed-orders.ts';
import { Supports } from './supports.ts';
import type { ToldGroups } from './told-groups.ts';

/** Groups, and edges that requests added, as a book has them. */
export type ToldOrders = { readonly groups: ToldGroups; readonly edges: readonly Edge[] };

/** Brings things up and down in the order that their dependencies and groups ask for. */
export class Orders {
	readonly graph = new Graph();
	readonly dependencies: Dependencies;
	readonly groups: Groups;
	readonly view: View;
	/** What comes of orders of a daemon that died. */
	readonly resumed: ResumedOrders;
	readonly #ports: OrderPorts;
	readonly #holds: Holds;
	readonly #downs: Downs;
	readonly #bring: Bring;
	readonly #supports: Supports;
	readonly #outcomes: Outcomes;
	readonly #overlaps: OverlapOrders;
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
		this.#supports = new Supports((entry) => this.#bring.lost(entry));
		this.#outcomes = new Outcomes({ downs: this.#downs, holds: this.#holds, until: ports.until });
		this.#overlaps = new OverlapOrders({
			view,
			overlap: ports.overlap,
			ready: (entry) => this.#outcomes.ready(entry),
			restart: (entry) => this.restart([entry]),
			isClosing: () => this.#closing,
		});
		this.resumed = new ResumedOrders(this.#outcomes, this.#overlaps);
		this.dependencies = new Dependencies({
			graph: this.graph,
			configured: () => {
				this.groups.configured();
				this.#reconsider();
			},
			linked: () => {
				ports.moreChanged();
				this.#reconsider();
			},
		});
		this.groups = new Groups({
			...ports,
			members: () => this.graph.members,
			isLeaving: (entry) => this.#downs.isLeaving(entry),
			standing,
			hold: (entries) => this.#bring.down(entries, { how: 'hold' }),
			stop: (entries) => this.#bring.down(entries, { how: 'stop' }),
			start: (entries) => this.#bring.up(entries),
			release: (entries) => this.#bring.release(entries),
		});
	}

	/** Grows with each change of what `told` tells. */
	get version(): number {
		return this.groups.version + this.graph.version;
	}

	/** What a daemon that takes over has to know beyond the entries. */
	told(): ToldOrders {
		return { groups: this.groups.told(), edges: this.graph.added() };
	}

	/** What is to become of an entry that waits for those that have to go first. */
	downOf(entry: Entry): Down | undefined {
		return this.#downs.of(entry);
	}

	/** What a daemon that died was about to do with these: nothing of it is done before `resume`. */
	restore(downs: ReadonlyMap<Entry, Down>): void {
		this.#downs.restore(downs);
	}

	/** That daemon had begun its next start. */
	begun(entry: Entry): void {
		this.#downs.begun(entry);
	}

	/** Goes on with it. */
	resume(): void {
		for (const entry of this.#downs.all()) {
			this.#noted(entry);
		}
		this.#holds.reconsider();
		this.#downs.resume();
		this.groups.resume();
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
		this.#supports.changed(entry);
		this.#noted(entry);
		this.#downs.changed(entry);
	}

	/** It has another process, which is ready: what it holds up is held up by that. */
	replaced(entry: Entry): void {
		this.#supports.replaced(entry);
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#supports.gone(entry);
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
		return await this.#outcomes.started(entries, denied, refused);
	}

	/** Stops these, what requires them first; resolves when they are gone. `grace` 0 kills at once. */
	async stop(entries: readonly Entry[], grace?: number, refused?: Refused): Promise<Refusal | undefined> {
		this.groups.forgo(entries);
		this.#ports.moreChanged();
		const all = withBeside(entries);
		this.#bring.down(all, { how: 'stop', grace });
		return await this.#outcomes.stopped(all, refused);
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
		const runs = entries.filter((entry) => entry.kind === 'daemon' && !isStartable(entry));
		const overlapping = this.#overlaps.among(runs);
		this.#bring.down(
			runs.filter((entry) => !overlapping.has(entry)),
			{ how: 'restart' },
		);
		const denied = this.#bring.up(entries, [], left);
		this.#overlaps.announce(overlapping);
		const judged = (entry: Entry) =>
			overlapping.has(entry) ? this.#overlaps.restart(entry) : this.#outcomes.ready(entry, denied);
		return await allOf(entries, judged, refused);
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
		return needsOf(entry, this.#downs, this.#holds);
	}

	#noted(entry: Entry): void {
		if (this.graph.touches(entry.name)) {
			this.#holds.changed(entry);
			this.groups.changed(entry);
		}
	}
}
