import { isRefusal } from '../base/refusal.ts';
import type { Mistake } from '../config/mistake.ts';
import type { Batch } from '../events/batch.ts';
import type { Bus } from '../events/bus.ts';
import { type Event, isGap } from '../events/event.ts';
import type { Journal } from '../events/journal.ts';
import type { Ledger } from '../keeper/ledger.ts';
import type { Asks } from '../rules/ask.ts';
import type { Diary } from '../rules/diary.ts';
import type { Place, Reached } from '../rules/diary-page.ts';
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
import { Places } from './places.ts';
import type { RulesPlan } from './rules-plan.ts';
import { Views } from './view.ts';

export type RulingPorts = Pick<CarryOutPorts, 'settle' | 'say' | 'uid' | 'onFault'> & {
	readonly supervisor: Supervisor;
	readonly batch: Batch;
	readonly bus: Bus;
	readonly journal: Journal;
	/** What outlives the daemon. */
	readonly diary: Diary;
	readonly ledger: Pick<Ledger, 'newestStart'>;
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
	/** Until the rules that are there are in force. */
	#places: Places | undefined;
	#depth = 0;
	/** While there are rules. */
	#unfollow: (() => void) | undefined;

	/** `before`: the number of the latest event before this daemon. */
	constructor(ports: RulingPorts, before: number) {
		const { supervisor, batch, diary } = ports;
		this.#ports = ports;
		this.#places = new Places(diary.before, before);
		this.#views = new Views(supervisor.table);
		const keptDiary = { diary, later: (then: () => void) => batch.after(then) };
		const kept = new Remembered(new Keeping(ports.kept, ports.onFault), keptDiary);
		this.#threads = new Threads({
			program: ports.program,
			keep: kept.keepState,
			together: (act) => this.#engine.past.together(act),
		});
		this.#engine = new Engine({
			lua: this.#threads,
			clock: new Clock(ports.onClockMoved),
			view: (name) => this.#views.of(name),
			publish: (type, name, fields) =>
				this.#together(() => batch.causes.during(undefined, () => batch.add(type, name, fields))),
			emit: (type, name, fields) =>
				this.#together(() => batch.causes.during(undefined, () => batch.emit(type, name, fields))),
			together: (act) => this.#together(act),
			diary,
			newestStart: () => ports.ledger.newestStart,
			carryOut: new CarryOut({ ...ports, causes: batch.causes }).all,
		});
		this.#folder = new Folder({
			...ports,
			lua: this.#threads,
			kept,
			put: (rules, loaded, asBefore) => this.#put(rules, loaded, asBefore),
			tell: (fields) => batch.add('rule.error', '-', fields),
		});
	}

	/**
	 * Resolves when the rules that are there are in force, and hear what has happened since the daemon began, or what was
	 * not decided when the one before died. What that had left undone is done first.
	 */
	async start(): Promise<void> {
		this.#wake();
		await this.#folder.start();
		this.#places = undefined;
		this.#ports.diary.prune((key) => this.#engine.past.has(key));
	}

	/** What the daemon before had left undone is done, and from now on it is known how far the rules are. */
	#wake(): void {
		const { diary } = this.#ports;
		if (diary.reached === undefined) {
			const { owed, answers } = diary.before;
			for (const [file, known] of answers) {
				this.#engine.past.know(file, known);
			}
			diary.reached = () => this.#reached();
			this.#engine.past.owe(owed);
		}
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
	readonly ask: Asks = (type, name, fields) => this.#engine.ask(type, name, fields);

	/** What is published within is written down with all that is decided within, then published. */
	#together(act: () => void): void {
		this.#depth++;
		try {
			act();
		} finally {
			this.#depth--;
		}
		if (this.#depth === 0) {
			this.#ports.batch.flush();
		}
	}

	/** What is to be known of how far the rules are. */
	#reached(): Reached {
		const { past } = this.#engine;
		const { at, behind, owed } = past;
		const files = [...this.#ports.diary.known.states.keys()];
		const answers = files
			.map((file) => [file, past.answersOf(file)] as const)
			.filter(([, it]) => it.length > 0);
		if (this.#places !== undefined) {
			return { at: this.#places.at, behind: this.#places.now(at, behind), owed, answers };
		}
		return { at: this.#unfollow && at, behind: [...behind], owed, answers };
	}

	#put(rules: readonly Rule[], loaded: readonly string[], asBefore: ReadonlySet<string>): void {
		const { batch, wanted } = this.#ports;
		this.#wake();
		// What is published from here on is heard, what was before is read.
		batch.flush();
		const isFirst = this.#unfollow === undefined && rules.length > 0;
		if (isFirst) {
			this.#engine.past.begin(this.#ports.journal.newest);
		}
		const places = this.#places?.take(loaded);
		const refused = this.#engine.replace(rules, loaded, this.#places && asBefore);
		if (isRefusal(refused)) {
			batch.add('rule.error', '-', [`reason=${refused.refused}`]);
		}
		wanted(this.#engine.wants());
		if (isFirst) {
			this.#begin();
		} else if (rules.length === 0) {
			this.#end();
		}
		if (rules.length > 0 && (isFirst || places !== undefined)) {
			this.#resume(new Set(loaded));
		}
		if (rules.length > 0 && places !== undefined) {
			this.#catchUp(places);
		}
	}

	#begin(): void {
		const { supervisor, bus } = this.#ports;
		for (const { name } of supervisor.table.all()) {
			this.#threads.know(name, this.#views.of(name));
		}
		const forgotten = (name: string) => this.#threads.know(name, this.#views.of(name));
		const unfollow = bus.follow((event) => this.#hear(event));
		supervisor.forgotten.add(forgotten);
		this.#unfollow = () => {
			unfollow();
			supervisor.forgotten.delete(forgotten);
		};
	}

	/** Files hear of what has happened from their places on; files that were loaded later than others are no worse off. */
	#catchUp(places: ReadonlyMap<string, Place>): void {
		const { journal, batch } = this.#ports;
		const first = Math.min(...Array.from(places.values(), ([seq]) => seq));
		const missed = [...journal.read(first - 1)];
		for (const { first, last } of missed.filter((it) => isGap(it))) {
			const what = first === last ? `event ${first} is` : `events ${first} to ${last} are`;
			batch.add('rule.error', '-', [
				`reason=${what} not in the journal any more: rules did not hear of them`,
			]);
		}
		this.#engine.past.catchUp(missed, places);
	}

	/** How often rules with a limit have fired lately is in the journal. */
	#resume(files: ReadonlySet<string>): void {
		const { journal } = this.#ports;
		if (this.#engine.past.lookBack > 0) {
			this.#engine.past.count(journal.read(journal.seqAt(Date.now() - this.#engine.past.lookBack)), files);
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
