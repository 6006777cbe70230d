import { toBytes } from '../base/to-bytes.ts';
import type { Mistake } from '../config/mistake.ts';
import type { Filter } from '../events/filter.ts';
import type { RuleRow } from '../rules/in-force.ts';
import { wantsOfFilter } from '../rules/want.ts';
import { Disk } from '../sources/files/disk.ts';
import type { Tell } from '../sources/source.ts';
import { BindWatch, type BindWatchPorts } from './bind-watch.ts';
import { Demand } from './demand.ts';
import { Guards } from './guards.ts';
import type { KernelParts } from './kernel-ports.ts';
import { RequestWatch, type RequestWatchPorts } from './request-watch.ts';
import type { RulesPlan } from './rules-plan.ts';
import type { Ruling, RulingPorts } from './ruling.ts';
import { type Sources, sourcesOf } from './sources.ts';

/** Paths are as Node has them. */
export type PolicyPorts = Omit<RulingPorts, 'disk' | 'wanted'> &
	Omit<KernelParts, 'tell' | 'trouble'> & {
		/** Where the logs are. */
		readonly logDirectory: string;
	};

/**
 * What there is of events beyond what happens to archon's own processes, and who answers them: the sources, told what
 * rules and subscribers want, and the rules. Those are loaded when all else has begun, so that a start does without;
 * while there are none nothing listens and no thread runs.
 */
export class Policy {
	/** What rules and subscribers want to see of requests. */
	readonly requests: RequestWatch;
	/** What they want to see of those who ask for a socket. */
	readonly binds: BindWatch;
	readonly #ports: PolicyPorts;
	readonly #disk: Disk;
	readonly #sources: Sources;
	readonly #demand: Demand;
	/** The number of the latest event before this daemon. */
	readonly #before: number;
	#loading: Promise<Ruling> | undefined;
	#ruling: Ruling | undefined;
	readonly #started = Promise.withResolvers<void>();
	/** While somebody wants something of the sources. */
	#unfollow: (() => void) | undefined;

	constructor(ports: PolicyPorts) {
		const { supervisor, batch, onFault } = ports;
		this.#ports = ports;
		this.#before = ports.journal.newest;
		const tell: Tell = (type, name, fields, cause) => batch.add(type, name, fields, undefined, cause);
		const trouble = (reason: string) => tell('rule.error', '-', [`reason=${reason}`]);
		this.#disk = new Disk(trouble);
		this.#sources = sourcesOf({ ...ports, tell, trouble, disk: this.#disk });
		this.#demand = new Demand(this.#sources.sources, onFault, () => this.#listen());
		const guards = new Guards({ inForce: this.#started.promise, sources: () => this.#sourcesOfRules() });
		const ask: Ruling['ask'] = (type, name, fields) => this.#ruling?.ask(type, name, fields);
		const watch: BindWatchPorts & Pick<RequestWatchPorts, 'ask'> = {
			demand: this.#demand,
			guards,
			ask,
			isClosing: () => supervisor.isClosing,
			tell,
		};
		this.requests = new RequestWatch({ ...watch, table: supervisor.table });
		this.binds = new BindWatch(watch);
	}

	/** Resolves when the rules that are there are in force, and hear what has happened since the daemon began. */
	async start(): Promise<void> {
		const ruling = await this.#load();
		await ruling.start();
		this.#started.resolve();
	}

	/** No rules are to be in force, until `start`. */
	skip(): void {
		this.#started.resolve();
	}

	/** What `Reload` does about rules, before anything is done; or the mistakes for which it does nothing. */
	async plan(): Promise<RulesPlan | readonly Mistake[]> {
		const ruling = await this.#load();
		return await ruling.plan();
	}

	/** What the disk was asked so many milliseconds ago, for rules or for events of files, and has not answered. */
	unanswered(patience: number): string | undefined {
		return this.#disk.unanswered(patience);
	}

	/** What `Rules` shows, once the rules that were there when the daemon began are in force. */
	async rows(): Promise<readonly RuleRow[]> {
		await this.#started.promise;
		return this.#ruling?.rows() ?? [];
	}

	/** Somebody subscribes to such events, until the function returned is called. */
	subscribed(filter: Filter): () => void {
		return this.#demand.subscribed(wantsOfFilter(filter));
	}

	/** `[daemon] sample` may have changed. */
	retimed(): void {
		this.#sources.retimed();
	}

	/** The folders of rule files and of what is kept of them, latin1. */
	get #paths(): { readonly directory: string; readonly kept: string } {
		const { directory, kept } = this.#ports;
		return { directory: toBytes(directory), kept: toBytes(kept) };
	}

	/** Of the files that are there, and of those that were in force: where one cannot be read, it is as it was then. */
	async #sourcesOfRules(): Promise<Iterable<string>> {
		const { readRuleFiles } = await import('./rule-files.ts');
		const { directory, kept } = this.#paths;
		const read = [kept, directory].map((path) => readRuleFiles(path, false, this.#disk));
		return (await Promise.all(read)).flatMap(({ sources }) => [...(sources?.values() ?? [])]);
	}

	#load(): Promise<Ruling> {
		this.#loading ??= import('./ruling.ts').then(({ Ruling }) => {
			const paths = this.#paths;
			const wanted: RulingPorts['wanted'] = (wants) => this.#demand.ofRules(wants);
			this.#ruling = new Ruling({ ...this.#ports, ...paths, disk: this.#disk, wanted }, this.#before);
			return this.#ruling;
		});
		return this.#loading;
	}

	#listen(): void {
		if (this.#demand.isEmpty) {
			this.#unfollow?.();
			this.#unfollow = undefined;
		} else {
			this.#unfollow ??= this.#ports.bus.follow((event) => this.#sources.hear(event));
		}
	}
}
