import { pushTo } from '../base/map-of-lists.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import type { Config } from '../config/config.ts';
import { type Asked, daemonService } from '../config/daemon-service.ts';
import { type Action, diff } from '../config/diff.ts';
import { inForce } from '../config/in-force.ts';
import { processesOf, processNames } from '../config/processes.ts';
import type { Service } from '../service/service.ts';
import { clashOf } from './clash.ts';
import type { Entry } from './entry.ts';
import type { Graph } from './graph/graph.ts';
import { lowered } from './graph/plan.ts';
import { hasProcess } from './has-process.ts';
import { type Arrangement, withLeaving } from './leaving.ts';
import { renew, serviceEntry } from './new-entry.ts';
import { mayOverlap } from './overlap-of.ts';
import { asItIs, behind, isUp } from './plan-rows.ts';
import { savedIn } from './saved.ts';
import type { Table } from './table.ts';
import { hasSettled, isStuck } from './verdicts.ts';
import type { Waits } from './waits.ts';

export type ServicePorts = {
	readonly table: Table;
	readonly waits: Waits;
	/** Brings these up, each when what it depends on is ready, which is brought up as well unless it is `left`. */
	readonly start: (entries: readonly Entry[], left?: ReadonlySet<Entry>) => void;
	/** Ends these and what depends on them; resolves when they are gone. */
	readonly stop: (entries: readonly Entry[]) => Promise<unknown>;
	readonly restart: (entries: readonly Entry[], left: ReadonlySet<Entry>) => void;
	/** Whether one is to be brought down, but what depends on it goes first. */
	readonly isLeaving: (entry: Entry) => boolean;
	/** What depends on what once that configuration is in force, or why `arrange` would refuse it. */
	readonly graph: (config: Config) => Graph | Refusal;
	/** What depends on what, and the groups, are these from now on. */
	readonly arrange: (of: Arrangement) => Refusal | undefined;
	/** Another configuration is in force. */
	readonly inForce: () => void;
	/** Calls back once all that was done until now is written down for a daemon that comes after this one. */
	readonly written: (then: () => void) => void;
	/** That one opens this configuration. */
	readonly store: (config: Config) => void;
	/** What of a service changed in place, and who has to know. */
	readonly changed: (entry: Entry) => void;
	readonly forget: (entry: Entry) => void;
};

/** The services of the configuration in force, and how another one takes its place. */
export class Services {
	readonly #ports: ServicePorts;
	#config: Config;
	/** What a daemon that comes after this one opens. */
	#stored: Config;

	constructor(ports: ServicePorts, config: Config) {
		this.#ports = ports;
		this.#config = config;
		this.#stored = config;
	}

	get config(): Config {
		return this.#config;
	}

	/** Makes an entry for each service whose name is free, and is not `left`; then `restore` may make others of them. */
	make(left: ReadonlySet<string> = new Set(), restore: () => void = () => {}): void {
		for (const service of this.#config.services.values()) {
			this.#make(service, left);
		}
		restore();
		if (this.#ports.arrange(this.#config) === undefined) {
			this.#ports.inForce();
			this.#ports.store(this.#config);
		}
	}

	/** Brings up the services that start with the daemon, but for those of which a daemon that died has said more. */
	boot(known: ReadonlyMap<string, unknown>): void {
		const isDue = ({ isConfigured, service, name }: Entry) =>
			isConfigured && service?.manual === false && !known.has(name);
		this.#ports.start(this.#ports.table.all().filter(isDue));
	}

	/** Processes of the configuration that are not there: a request has removed them, or a reload that goes on. */
	removed(): string[] {
		const isThere = (name: string) => this.#ports.table.get(name)?.isConfigured === true;
		return [...processesOf(this.#config, this.#stored)].filter((name) => !isThere(name));
	}

	/** Whether a daemon that comes after this one finds that process in the configuration that it opens. */
	isStored(entry: Entry): boolean {
		return entry.isConfigured && hasProcess(this.#stored, entry);
	}

	/** The service that a `StartDaemon` asks for, under `[defaults]`. */
	describe(asked: Asked): Service | Refusal {
		return daemonService(asked, this.#config.defaults);
	}

	/** What a reload of that configuration does, before anything is done. */
	plan(next: Config): readonly Action[] | Refusal {
		const entries = this.#byService();
		const saved = savedIn(next, this.#ports.table);
		const clash = clashOf(next, this.#config, (name) => !saved.has(name) && this.#ports.table.get(name));
		if (clash !== undefined) {
			return clash;
		}
		const graph = this.#ports.graph(next);
		if (isRefusal(graph)) {
			return graph;
		}
		const services = new Map([...this.#unfinished(), ...this.#config.services]);
		for (const [name, { service }] of saved) {
			services.set(name, service);
		}
		const of = (action: Action) => (action.kind === 'service' ? (entries.get(action.name) ?? []) : []);
		const plan = diff({ ...this.#config, services }, next).map((action) =>
			saved.has(action.name) ? action : asItIs(action, of(action)),
		);
		const overlaps = (entry: Entry) => mayOverlap(entry, next.services.get(entry.service?.name ?? ''));
		const again = plan.filter(({ action }) => action === 'restart').flatMap(of);
		const ending = again.filter((entry) => !overlaps(entry));
		const get = (name: string) => this.#ports.table.get(name);
		const why = new Map(lowered({ graph, get }, ending).map((it) => [it.entry, it.why]));
		return plan.map((action) => behind(action, of(action), why));
	}

	/** Carries out a plan; resolves when what it stopped is gone and what it started has a process. */
	async reload(next: Config, plan: readonly Action[]): Promise<Refusal | undefined> {
		const { table, arrange, changed, start, restart, isLeaving, waits } = this.#ports;
		const adopted = Array.from(savedIn(next, table).values(), ({ entry }) => entry);
		for (const entry of adopted) {
			entry.isConfigured = true;
		}
		const entries = this.#byService();
		const of = (...wanted: Action['action'][]) =>
			plan
				.filter(({ action, kind }) => wanted.includes(action) && kind === 'service')
				.flatMap(({ name }) => entries.get(name) ?? []);
		const [again, renewed] = [of('restart'), of('restart', 'change')];
		const gone = table.all().filter((entry) => entry.isConfigured && !hasProcess(next, entry));
		// First of all: what waits for something that it needs no longer starts as soon as that is known.
		const undo = renew(renewed, next);
		// What leaves goes in its order, unless that and what requests have added would make a cycle.
		const refused = arrange(withLeaving(this.#config, next)) && arrange(next);
		if (refused !== undefined) {
			undo();
			for (const entry of adopted) {
				entry.isConfigured = false;
			}
			return refused;
		}
		this.#config = inForce(this.#config, next);
		this.#ports.inForce();
		renewed.forEach(changed);
		const made = [...next.services.values()].flatMap((service) => this.#make(service));
		await this.#end(gone);
		await this.#retired(again);
		arrange(next);
		// That took its time: requests may have stopped or removed some of them.
		const restarted = again.filter((entry) => this.#isThere(entry) && isUp(entry));
		const left = this.#stopped(made);
		restart(restarted, left);
		await this.#store(next);
		const started = made.filter((entry) => this.#isThere(entry) && entry.service?.manual === false);
		start(started, left);
		const judge = (entry: Entry) => (isLeaving(entry) ? undefined : hasSettled(entry));
		await Promise.all([...started, ...restarted].map((entry) => waits.until(entry, judge)));
		return undefined;
	}

	/** What stays so, whoever needs it: it was stopped, or never started, before these were made. */
	#stopped(made: readonly Entry[]): ReadonlySet<Entry> {
		const isNew = new Set(made);
		const isLeft = (entry: Entry) => entry.life.state.tag === 'stopped' && !isNew.has(entry);
		return new Set(this.#ports.table.all().filter(isLeft));
	}

	/** Ends these and forgets them, though somebody may start one meanwhile; what not even KILL ends is not waited for. */
	async #end(gone: readonly Entry[]): Promise<void> {
		for (let left = gone; left.length > 0; left = left.filter((it) => !isOver(it) && !isStuck(it))) {
			await this.#ports.stop(left);
		}
		gone.filter((entry) => this.#isThere(entry)).forEach(this.#ports.forget);
	}

	/** A restart that overlaps begins when the old process of the one before is gone: only from then on it is written down. */
	async #retired(again: readonly Entry[]): Promise<void> {
		const judge = ({ overlap }: Entry) =>
			overlap?.phase === 'retiring' && !isStuck(overlap.beside) ? undefined : 'done';
		await Promise.all(again.map((entry) => this.#ports.waits.until(entry, judge)));
	}

	/**
	 * Only now, when all restarts are written down: a daemon that died before leaves the reload to be done, and the next one
	 * finds all of it still to do. What is new it starts itself from then on.
	 */
	#store(config: Config): Promise<void> {
		return new Promise((resolve) =>
			this.#ports.written(() => {
				this.#stored = config;
				this.#ports.store(config);
				resolve();
			}),
		);
	}

	/** Services that a daemon that died over a reload had brought, and that its configuration does not have. */
	#unfinished(): [string, Service][] {
		const all = this.#ports.table.all().filter((entry) => entry.isConfigured);
		return all.flatMap(({ service }) => (service === undefined ? [] : [[service.name, service]]));
	}

	#isThere(entry: Entry): boolean {
		return this.#ports.table.get(entry.name) === entry;
	}

	/** The entries that a service should have and has not. */
	#make(service: Service, left: ReadonlySet<string> = new Set()): Entry[] {
		const { table } = this.#ports;
		return processNames(service.name, service.instances).flatMap((name, index) => {
			if (table.get(name) !== undefined || left.has(name)) {
				return [];
			}
			const entry = serviceEntry(service, service.instances === 1 ? 0 : index + 1, true);
			table.add(entry);
			return [entry];
		});
	}

	/** The entries of each service, and each one under its own name. */
	#byService(): ReadonlyMap<string, readonly Entry[]> {
		const found = new Map<string, Entry[]>();
		for (const entry of this.#ports.table.all().filter((it) => it.isConfigured)) {
			pushTo(found, entry.service?.name ?? '', entry);
			found.set(entry.name, found.get(entry.name) ?? [entry]);
		}
		return found;
	}
}

function isOver({ life: { state } }: Entry): boolean {
	return state.tag === 'stopped' || state.tag === 'exited' || state.tag === 'failed';
}
