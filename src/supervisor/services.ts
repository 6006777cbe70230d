import { pushTo } from '../base/map-of-lists.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Config } from '../config/config.ts';
import { type Asked, daemonService } from '../config/daemon-service.ts';
import { type Action, diff } from '../config/diff.ts';
import { inForce } from '../config/in-force.ts';
import { processNames } from '../config/processes.ts';
import type { Service } from '../service/service.ts';
import type { Entry } from './entry.ts';
import type { Graph } from './graph/graph.ts';
import { lowered } from './graph/plan.ts';
import { type Arrangement, withLeaving } from './leaving.ts';
import { described, serviceEntry } from './new-entry.ts';
import { mayOverlap } from './overlap-of.ts';
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
	/** This configuration is in force. */
	readonly keep: (config: Config) => void;
	/** What of a service changed in place, and who has to know. */
	readonly changed: (entry: Entry) => void;
	readonly forget: (entry: Entry) => void;
};

/** The services of the configuration in force, and how another one takes its place. */
export class Services {
	readonly #ports: ServicePorts;
	#config: Config;

	constructor(ports: ServicePorts, config: Config) {
		this.#ports = ports;
		this.#config = config;
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
			this.#ports.keep(this.#config);
		}
	}

	/** Brings up the services that start with the daemon, but for those of which a daemon that died has said more. */
	boot(known: ReadonlyMap<string, unknown>): void {
		const isDue = ({ isConfigured, service, name }: Entry) =>
			isConfigured && service?.manual === false && !known.has(name);
		this.#ports.start(this.#ports.table.all().filter(isDue));
	}

	/** Processes of the configuration that are not there: a request has removed them. */
	removed(): string[] {
		const names = [...this.#config.services.values()].flatMap((it) => processNames(it.name, it.instances));
		return names.filter((name) => this.#ports.table.get(name) === undefined);
	}

	/** The service that a `StartDaemon` asks for, under `[defaults]`. */
	describe(asked: Asked): Service | Refusal {
		return daemonService(asked, this.#config.defaults);
	}

	/** What a reload of that configuration does, before anything is done. */
	plan(next: Config): readonly Action[] | Refusal {
		const entries = this.#byService();
		const saved = savedIn(next, this.#ports.table);
		const instances = [...next.services.values()].flatMap((it) => processNames(it.name, it.instances));
		const taken = [...next.services.keys(), ...next.groups.keys(), ...instances].find(
			(name) => this.#isTaken(name) && !saved.has(name),
		);
		if (taken !== undefined) {
			return refuse(`the name "${taken}" is taken: Stop,${taken} and Remove,${taken} first`);
		}
		const graph = this.#ports.graph(next);
		if (isRefusal(graph)) {
			return graph;
		}
		const services = new Map([...this.#config.services]);
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
		const { table, arrange, keep, changed, start, restart, isLeaving, waits } = this.#ports;
		const adopted = Array.from(savedIn(next, table).values(), ({ entry }) => entry);
		for (const entry of adopted) {
			entry.isConfigured = true;
		}
		const entries = this.#byService();
		const of = (...wanted: Action['action'][]) =>
			plan
				.filter(({ action, kind }) => wanted.includes(action) && kind === 'service')
				.flatMap(({ name }) => entries.get(name) ?? []);
		const [gone, again, renewed] = [of('stop'), of('restart'), of('restart', 'change')];
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
		keep(next);
		this.#config = inForce(this.#config, next);
		renewed.forEach(changed);
		const made = [...next.services.values()].flatMap((service) => this.#make(service));
		await this.#end(gone);
		arrange(next);
		// That took its time: requests may have stopped or removed some of them.
		const started = made.filter((entry) => this.#isThere(entry) && entry.service?.manual === false);
		const restarted = again.filter((entry) => this.#isThere(entry) && isUp(entry));
		const left = this.#stopped(made);
		start(started, left);
		restart(restarted, left);
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

	#isTaken(name: string): boolean {
		const { config } = this;
		const entry = this.#ports.table.get(name);
		return (
			entry !== undefined && !entry.isConfigured && !config.services.has(name) && !config.groups.has(name)
		);
	}
}

/** Only what is up is restarted; what was removed returns. */
function asItIs(action: Action, entries: readonly Entry[]): Action {
	if (action.kind !== 'service') {
		return action;
	}
	if (action.action === 'restart' && !entries.some(isUp)) {
		return { ...action, action: 'change' };
	}
	return action.action === 'keep' && entries.length === 0
		? { ...action, action: 'start', detail: 'was removed' }
		: action;
}

/** Makes of entries what their services say now; what is returned makes them what they were. */
function renew(entries: readonly Entry[], { services }: Config): () => void {
	const before = entries.map(({ service, spec, launch }) => ({ service, spec, launch }));
	for (const entry of entries) {
		const service = services.get(entry.service?.name ?? '');
		Object.assign(entry, service && described(service));
	}
	return () => {
		for (const [index, entry] of entries.entries()) {
			Object.assign(entry, before[index]);
		}
	};
}

/** It has a process or is about to, and nobody has asked it to stop. */
function isUp({ process, life: { state } }: Entry): boolean {
	return state.tag === 'stopping'
		? state.afterwards !== 'stop'
		: process !== undefined || state.tag === 'starting';
}

function isOver({ life: { state } }: Entry): boolean {
	return state.tag === 'stopped' || state.tag === 'exited' || state.tag === 'failed';
}

/** What requires something that is restarted is restarted with it. */
function behind(action: Action, entries: readonly Entry[], why: ReadonlyMap<Entry, string>): Action {
	const [reason] = entries.flatMap((entry) => why.get(entry) ?? []);
	if (reason === undefined || (action.action !== 'keep' && action.action !== 'change')) {
		return action;
	}
	const detail = action.detail === '' ? reason : `${action.detail}, ${reason}`;
	return { ...action, action: 'restart', detail };
}
