import { type Refusal, refuse } from '../base/refusal.ts';
import type { Config } from '../config/config.ts';
import { type Asked, daemonService } from '../config/daemon-service.ts';
import { type Action, diff } from '../config/diff.ts';
import { processNames } from '../config/processes.ts';
import type { Service } from '../service/service.ts';
import type { Entry } from './entry.ts';
import { described, serviceEntry } from './new-entry.ts';
import type { Table } from './table.ts';
import { hasSettled } from './verdicts.ts';
import type { Waits } from './waits.ts';

export type ServicePorts = {
	readonly table: Table;
	readonly waits: Waits;
	/** Brings these up, each when what it depends on is ready. */
	readonly start: (entries: readonly Entry[]) => void;
	/** Ends these and what depends on them; resolves when they are gone. */
	readonly stop: (entries: readonly Entry[]) => Promise<unknown>;
	readonly restart: (entries: readonly Entry[]) => void;
	/** Whether one is to be brought down, but what depends on it goes first. */
	readonly isLeaving: (entry: Entry) => boolean;
	/** What depends on what, and the groups, are those of this configuration from now on. */
	readonly arrange: (config: Config) => Refusal | undefined;
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

	/** Makes an entry for each service whose name is free. */
	make(): void {
		for (const service of this.#config.services.values()) {
			this.#make(service);
		}
		this.#ports.arrange(this.#config);
	}

	/** Brings up the services that start with the daemon. */
	boot(): void {
		this.make();
		const isDue = ({ isConfigured, service }: Entry) => isConfigured && service?.manual === false;
		this.#ports.start(this.#ports.table.all().filter(isDue));
	}

	/** The service that a `StartDaemon` asks for, under `[defaults]`. */
	describe(asked: Asked): Service | Refusal {
		return daemonService(asked, this.#config.defaults);
	}

	/** What a reload of that configuration does, before anything is done. */
	plan(next: Config): readonly Action[] | Refusal {
		const entries = this.#byService();
		const instances = [...next.services.values()].flatMap((it) => processNames(it.name, it.instances));
		const taken = [...next.services.keys(), ...next.groups.keys(), ...instances].find((name) =>
			this.#isTaken(name),
		);
		if (taken !== undefined) {
			return refuse(`the name "${taken}" is taken: Stop,${taken} and Remove,${taken} first`);
		}
		return diff(this.#config, next).map((action) => asItIs(action, entries.get(action.name) ?? []));
	}

	/** Carries out a plan; resolves when what it stopped is gone and what it started has a process. */
	async reload(next: Config, plan: readonly Action[]): Promise<Refusal | undefined> {
		const { table, arrange, changed, stop, start, restart, isLeaving, forget, waits } = this.#ports;
		const refused = arrange(next);
		if (refused !== undefined) {
			return refused;
		}
		const entries = this.#byService();
		const of = (...wanted: Action['action'][]) =>
			plan
				.filter(({ action, kind }) => wanted.includes(action) && kind === 'service')
				.flatMap(({ name }) => entries.get(name) ?? []);
		const [gone, again] = [of('stop'), of('restart')];
		this.#config = next;
		for (const entry of of('restart', 'change')) {
			const service = next.services.get(entry.service?.name ?? '');
			if (service !== undefined) {
				Object.assign(entry, described(service));
				changed(entry);
			}
		}
		const made = [...next.services.values()].flatMap((service) => this.#make(service));
		// Who starts one of them meanwhile comes too late: it has left the file.
		for (let left = gone; left.length > 0; left = left.filter((entry) => !isOver(entry))) {
			await stop(left);
		}
		for (const entry of gone) {
			forget(entry);
		}
		// Somebody may have removed one meanwhile.
		const isThere = (entry: Entry) => table.get(entry.name) === entry;
		const started = made.filter((entry) => entry.service?.manual === false && isThere(entry));
		const restarted = again.filter(isThere);
		start(started);
		restart(restarted);
		const judge = (entry: Entry) => (isLeaving(entry) ? undefined : hasSettled(entry));
		await Promise.all([...started, ...restarted].map((entry) => waits.until(entry, judge)));
		return undefined;
	}

	/** The entries that a service should have and has not. */
	#make(service: Service): Entry[] {
		const { table } = this.#ports;
		return processNames(service.name, service.instances).flatMap((name, index) => {
			if (table.get(name) !== undefined) {
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
			const { name = '' } = entry.service ?? {};
			found.set(name, [...(found.get(name) ?? []), entry]);
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

/** Nothing of it runs, nor will by itself at once. */
function isOver({ process, life: { state } }: Entry): boolean {
	return (
		process === undefined && (state.tag === 'stopped' || state.tag === 'exited' || state.tag === 'failed')
	);
}

/** Only what has a process is restarted; what was removed returns. */
function asItIs(action: Action, entries: readonly Entry[]): Action {
	if (action.kind !== 'service') {
		return action;
	}
	if (action.action === 'restart' && !entries.some((entry) => entry.process !== undefined)) {
		return { ...action, action: 'change' };
	}
	return action.action === 'keep' && entries.length === 0
		? { ...action, action: 'start', detail: 'was removed' }
		: action;
}
