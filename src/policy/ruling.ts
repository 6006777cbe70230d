import { isRefusal } from '../base/refusal.ts';
import type { Mistake } from '../config/mistake.ts';
import type { Batch } from '../events/batch.ts';
import type { Bus } from '../events/bus.ts';
import { type Event, isGap } from '../events/event.ts';
import type { Journal } from '../events/journal.ts';
import { Engine } from '../rules/engine.ts';
import type { RuleRow } from '../rules/in-force.ts';
import { Keeping } from '../rules/keeping.ts';
import type { Rule } from '../rules/rule.ts';
import { Threads } from '../rules/threads.ts';
import type { Want } from '../rules/want.ts';
import type { Disk } from '../sources/files/disk.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import { CarryOut, type CarryOutPorts } from './carry-out.ts';
import { Clock } from './clock.ts';
import { Folder } from './folder.ts';
import { Remembered } from './kept-files.ts';
import type { RulesPlan } from './rules-plan.ts';
import { Views } from './view.ts';

export type RulingPorts = Pick<CarryOutPorts, 'settle' | 'say' | 'uid' | 'onFault'> & {
	readonly supervisor: Supervisor;
	readonly batch: Batch;
	readonly bus: Bus;
	readonly journal: Journal;
	/** Calls back whenever the wall clock was set. */
	readonly onClockMoved: (moved: () => void) => void;
	/** The rules folder, latin1, and whether somebody named it. */
	readonly directory: string;
	readonly isNamed: boolean;
	/** Where rule files and their state are kept, latin1. */
	readonly kept: string;
	/** The path of dist/rules.cjs. */
	readonly program: string;
	readonly disk: Disk;
	/** The rules in force want these events. */
	readonly wanted: (wants: readonly Want[]) => void;
};

/** The rules: their folder, the threads of their functions, the engine that matches them, and the hand that carries out. */
export class Ruling {
	readonly #ports: RulingPorts;
	readonly #views: Views;
	readonly #threads: Threads;
	readonly #engine: Engine;
	readonly #folder: Folder;
	/** The number of the latest event before this daemon, until its rules are in force. */
	#before: number | undefined;
	/** While there are rules. */
	#unfollow: (() => void) | undefined;

	/** `before`: the number of the latest event before this daemon. */
	constructor(ports: RulingPorts, before: number) {
		const { supervisor, batch } = ports;
		this.#ports = ports;
		this.#before = before;
		this.#views = new Views(supervisor.table);
		const kept = new Remembered(new Keeping(ports.kept, ports.onFault));
		this.#threads = new Threads({ program: ports.program, keep: kept.keepState });
		this.#engine = new Engine({
			lua: this.#threads,
			clock: new Clock(ports.onClockMoved),
			view: (name) => this.#views.of(name),
			publish(type, name, fields) {
				batch.causes.during(undefined, () => batch.add(type, name, fields));
				batch.flush();
			},
			carryOut: new CarryOut({ ...ports, causes: batch.causes }).all,
		});
		this.#folder = new Folder({
			...ports,
			lua: this.#threads,
			kept,
			put: (rules, loaded) => this.#put(rules, loaded),
			tell: (fields) => batch.add('rule.error', '-', fields),
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

	/** What `Rules` shows: the rules in force, and files that are not in force as they are now. */
	rows(): readonly RuleRow[] {
		const broken = Array.from(this.#folder.broken, ([file, mistakes]): RuleRow => {
			const error = mistakes
				.map(({ line, text }) => (line === 0 ? text : `line ${line}: ${text}`))
				.join('; ');
			return { file: file === '' ? '-' : file, rule: '-', on: '-', fired: 0, last: '-', error };
		});
		return [...this.#engine.rows(), ...broken].sort((a, b) =>
			a.file < b.file ? -1 : a.file > b.file ? 1 : 0,
		);
	}

	/** See Engine.ask. */
	ask(...asked: Parameters<Engine['ask']>): ReturnType<Engine['ask']> {
		return this.#engine.ask(...asked);
	}

	#put(rules: readonly Rule[], loaded: readonly string[]): void {
		const { batch, wanted } = this.#ports;
		// What is published from here on is heard, what was before is read.
		batch.flush();
		const isFirst = this.#unfollow === undefined && rules.length > 0;
		const refused = this.#engine.replace(rules, loaded);
		if (isRefusal(refused)) {
			batch.add('rule.error', '-', [`reason=${refused.refused}`]);
		}
		wanted(this.#engine.wants());
		if (isFirst) {
			this.#begin();
		} else if (rules.length === 0) {
			this.#end();
		} else if (this.#before !== undefined) {
			this.#catchUp(this.#before, new Set(loaded));
		}
	}

	#begin(): void {
		const { supervisor, bus, journal } = this.#ports;
		for (const { name } of supervisor.table.all()) {
			this.#threads.know(name, this.#views.of(name));
		}
		const missed = this.#before === undefined ? [] : [...journal.read(this.#before)];
		this.#resume();
		const forgotten = (name: string) => this.#threads.know(name, this.#views.of(name));
		const unfollow = bus.follow((event) => this.#hear(event));
		supervisor.forgotten.add(forgotten);
		this.#unfollow = () => {
			unfollow();
			supervisor.forgotten.delete(forgotten);
		};
		for (const event of missed) {
			if (!isGap(event)) {
				this.#engine.hear(event);
			}
		}
	}

	/** Files that were loaded later than others are no worse off. */
	#catchUp(before: number, files: ReadonlySet<string>): void {
		this.#resume(files);
		this.#engine.catchUp([...this.#ports.journal.read(before)], files);
	}

	#resume(files?: ReadonlySet<string>): void {
		const { journal } = this.#ports;
		if (this.#engine.lookBack > 0) {
			this.#engine.resume(journal.read(journal.seqAt(Date.now() - this.#engine.lookBack)), files);
		}
	}

	#end(): void {
		this.#unfollow?.();
		this.#unfollow = undefined;
	}

	#hear(event: Event): void {
		if (this.#ports.supervisor.isClosing) {
			this.#engine.close();
			this.#end();
			return;
		}
		if (event.type.startsWith('process.')) {
			this.#views.hear(event);
			this.#threads.know(event.name, this.#views.of(event.name));
		}
		this.#engine.hear(event);
	}
}
