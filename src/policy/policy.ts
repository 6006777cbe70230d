import { isRefusal } from '../base/refusal.ts';
import type { Mistake } from '../config/mistake.ts';
import type { Batch } from '../events/batch.ts';
import type { Bus } from '../events/bus.ts';
import { type Event, type EventType, isGap } from '../events/event.ts';
import type { Filter } from '../events/filter.ts';
import type { Journal } from '../events/journal.ts';
import { Engine } from '../rules/engine.ts';
import type { RuleRow } from '../rules/in-force.ts';
import { Keeping } from '../rules/keeping.ts';
import type { Rule } from '../rules/rule.ts';
import { Threads } from '../rules/threads.ts';
import { wantsOfFilter } from '../rules/want.ts';
import { Disk } from '../sources/files/disk.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { CarryOut, type CarryOutPorts } from './carry-out.ts';
import { Clock } from './clock.ts';
import { Demand } from './demand.ts';
import { Folder } from './folder.ts';
import { Remembered } from './kept-files.ts';
import type { KernelParts } from './kernel-ports.ts';
import { RequestWatch } from './request-watch.ts';
import type { RulesPlan } from './rules-plan.ts';
import { type Sources, sourcesOf } from './sources.ts';
import { Views } from './view.ts';

export type PolicyPorts = Pick<CarryOutPorts, 'settle' | 'say' | 'uid' | 'onFault'> &
	Omit<KernelParts, 'tell' | 'trouble'> & {
		readonly supervisor: Supervisor;
		readonly batch: Batch;
		readonly bus: Bus;
		readonly journal: Journal;
		/** Calls back whenever the wall clock was set. */
		readonly onClockMoved: (moved: () => void) => void;
		/** The rules folder, and whether somebody named it. */
		readonly directory: string;
		readonly isNamed: boolean;
		/** Where rule files and their state are kept. */
		readonly kept: string;
		/** The path of dist/rules.cjs. */
		readonly program: string;
	};

/**
 * Rules in the daemon: their folder, the threads of their functions, the engine that matches them, the sources of what
 * they ask for, and the hand that carries out what they want. Without rules nothing listens and no thread runs.
 */
export class Policy {
	/** What rules and subscribers want to see of requests. */
	readonly requests: RequestWatch;
	readonly #ports: PolicyPorts;
	readonly #sources: Sources;
	readonly #demand: Demand;
	readonly #views: Views;
	readonly #threads: Threads;
	readonly #engine: Engine;
	readonly #folder: Folder;
	/** The number of the latest event before this daemon, until its rules are in force. */
	#before: number | undefined;
	#hasRules = false;
	#unfollow: (() => void) | undefined;

	constructor(ports: PolicyPorts) {
		const { supervisor, batch, onFault } = ports;
		this.#ports = ports;
		this.#before = ports.journal.newest;
		const tell = (type: EventType, name: string, fields: readonly string[]) => batch.add(type, name, fields);
		const publish = (type: EventType, name: string, fields: readonly string[]) => {
			batch.causes.during(undefined, () => tell(type, name, fields));
			batch.flush();
		};
		const trouble = (reason: string) => tell('rule.error', '-', [`reason=${reason}`]);
		const disk = new Disk(trouble);
		this.#sources = sourcesOf({ ...ports, tell, trouble, disk });
		this.#demand = new Demand(this.#sources.sources, onFault, () => this.#listen());
		this.#views = new Views(supervisor.table);
		const kept = new Remembered(new Keeping(ports.kept, onFault));
		this.#threads = new Threads({ program: ports.program, keep: kept.keepState });
		const carryOut = new CarryOut({ ...ports, causes: batch.causes }).all;
		const view = (name: string) => this.#views.of(name);
		const clock = new Clock(ports.onClockMoved);
		this.#engine = new Engine({ lua: this.#threads, clock, view, publish, carryOut });
		this.#folder = new Folder({
			directory: ports.directory,
			isNamed: ports.isNamed,
			lua: this.#threads,
			kept,
			put: (rules, loaded) => this.#put(rules, loaded),
			tell: (fields) => tell('rule.error', '-', fields),
			disk,
		});
		this.requests = new RequestWatch({
			demand: this.#demand,
			table: supervisor.table,
			ask: (type, name, fields) => this.#engine.ask(type, name, fields),
			isClosing: () => supervisor.isClosing,
			tell,
		});
	}

	/** Resolves when the rules that are there are in force, and hear what has happened since the daemon began. */
	async start(): Promise<void> {
		await this.#folder.start();
		this.#before = undefined;
	}

	/** What `Reload` does about rules, before anything is done; or the mistakes for which it does nothing. */
	plan(): Promise<RulesPlan | readonly Mistake[]> {
		return this.#folder.plan();
	}

	/** What `Rules` shows. */
	rows(): readonly RuleRow[] {
		return this.#engine.rows();
	}

	/** Somebody subscribes to such events, until the function returned is called. */
	subscribed(filter: Filter): () => void {
		return this.#demand.subscribed(wantsOfFilter(filter));
	}

	/** `[daemon] sample` may have changed. */
	retimed(): void {
		this.#sources.retimed();
	}

	#put(rules: readonly Rule[], loaded: readonly string[]): void {
		const { journal, supervisor, batch } = this.#ports;
		const isFirst = !this.#hasRules && rules.length > 0;
		this.#hasRules = rules.length > 0;
		if (isFirst) {
			for (const { name } of supervisor.table.all()) {
				this.#threads.know(name, this.#views.of(name));
			}
		}
		batch.flush();
		const missed = isFirst && this.#before !== undefined ? [...journal.read(this.#before)] : [];
		const refused = this.#engine.replace(rules, loaded);
		if (isRefusal(refused)) {
			batch.add('rule.error', '-', [`reason=${refused.refused}`]);
		} else if (isFirst && this.#engine.lookBack > 0) {
			this.#engine.resume(journal.read(journal.seqAt(Date.now() - this.#engine.lookBack)));
		}
		this.#demand.ofRules(this.#engine.wants());
		for (const event of missed) {
			if (!isGap(event)) {
				this.#engine.hear(event);
			}
		}
	}

	/** Somebody wants to hear what happens, or nobody does any more. */
	#listen(): void {
		if (!this.#hasRules && this.#demand.isEmpty) {
			this.#unfollow?.();
			this.#unfollow = undefined;
		} else {
			this.#unfollow ??= this.#ports.bus.follow((event) => this.#hear(event));
		}
	}

	#hear(event: Event): void {
		if (this.#ports.supervisor.isClosing) {
			this.#engine.close();
			this.#unfollow?.();
			return;
		}
		this.#sources.hear(event);
		if (this.#hasRules) {
			if (event.type.startsWith('process.')) {
				this.#views.hear(event);
				this.#threads.know(event.name, this.#views.of(event.name));
			}
			this.#engine.hear(event);
		}
	}
}
