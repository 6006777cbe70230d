import { nameFromProgram } from '../base/name.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Addon } from '../native/addon.ts';
import { firstStart } from '../process/moves.ts';
import type { Service } from '../service/service.ts';
import type { KeepingBook } from './book/keeping-book.ts';
import type { Answered } from './ends.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import type { Launch } from './launch.ts';
import { newEntry, serviceEntry } from './new-entry.ts';
import type { Runs, RunTell } from './runs.ts';
import type { Table } from './table.ts';
import { firstStartVerdict } from './verdicts.ts';
import type { Waits } from './waits.ts';

export type ProgramParts = {
	readonly native: Pick<Addon, 'closeLater'>;
	readonly table: Table;
	readonly runs: Runs;
	readonly interpreter: Interpreter;
	readonly waits: Waits;
	readonly book: Pick<KeepingBook, 'born'>;
};

/** Programs that requests and rules bring: each gets an entry, under the name that was chosen or one of its own. */
export class Programs {
	readonly #parts: ProgramParts;
	/** Nothing new is started then. */
	readonly #isClosing: () => boolean;

	constructor(parts: ProgramParts, isClosing: () => boolean) {
		this.#parts = parts;
		this.#isClosing = isClosing;
	}

	/**
	 * Starts a program whose `ExitStatus` the keeper sends on `conn`. Nothing was begun where a refusal is returned.
	 */
	run(launch: Launch, chosen: string | undefined, answer: Answered, tell: RunTell): Refusal | undefined {
		const entry = this.#newRun(launch, chosen);
		if (isRefusal(entry)) {
			this.drop(launch);
			return entry;
		}
		this.#parts.runs.begin(entry, answer, tell);
		return undefined;
	}

	/** The same for one that a daemon that died had started because of that request; undefined where it had not. */
	resumeRun(request: number): ((conn: number, tell: RunTell) => void) | undefined {
		return this.#parts.runs.resume(request);
	}

	/**
	 * The same for whom nobody waits. `done` is called once it has ended, or with the reason why its program never ran;
	 * nothing was begun where a refusal is returned.
	 */
	runAlone(
		launch: Launch,
		chosen: string | undefined,
		done: (refused?: Refusal) => void,
	): Refusal | undefined {
		const entry = this.#newRun(launch, chosen);
		if (isRefusal(entry)) {
			return entry;
		}
		this.#parts.runs.alone(entry, done);
		return undefined;
	}

	/** One that a daemon that died began by `runAlone`, and that still runs. */
	goesOnAlone(entry: Entry): void {
		this.#parts.runs.goesOnAlone(entry);
	}

	/** How many programs run that were begun by `runAlone`. */
	get aloneCount(): number {
		return this.#parts.runs.aloneCount;
	}

	/** Closes the descriptors of a launch that will not happen. */
	drop(launch: Launch): void {
		this.#parts.native.closeLater(launch.fds);
	}

	/**
	 * Starts a program that is supervised from then on; resolves once exec has succeeded. `describe` makes the service
	 * of the name it gets; `request`: the number of what asks for it, where that outlives the daemon.
	 */
	async startDaemon(
		program: string,
		chosen: string | undefined,
		describe: (name: string) => Service | Refusal,
		request?: number,
	): Promise<Refusal | undefined> {
		const name = this.#nameFor(chosen, program);
		const service = isRefusal(name) ? name : describe(name);
		if (isRefusal(service)) {
			return service;
		}
		const entry = serviceEntry(service, 0, false);
		entry.request = request;
		const unwritten = this.#parts.book.born(entry);
		if (unwritten !== undefined) {
			return unwritten;
		}
		this.#parts.table.add(entry);
		this.#parts.interpreter.take(entry, firstStart(entry.spec));
		const verdict = await this.#parts.waits.until(entry, firstStartVerdict);
		return isRefusal(verdict) ? verdict : undefined;
	}

	/** The same for one that a daemon that died had made because of that request; undefined where it had not. */
	resumeStartDaemon(request: number): Promise<'done' | Refusal> | undefined {
		const entry = this.#parts.table.all().find((it) => it.request === request);
		if (entry === undefined || (isUnborn(entry) && !this.#parts.runs.isBegun(entry))) {
			return undefined;
		}
		const judge = (it: Entry) => (isUnborn(it) ? undefined : firstStartVerdict(it));
		return this.#parts.waits.until(entry, judge);
	}

	#newRun(launch: Launch, chosen: string | undefined): Entry | Refusal {
		const name = this.#nameFor(chosen, launch.args[0] ?? '');
		if (isRefusal(name)) {
			return name;
		}
		const entry = newEntry(name, 'run', { launch });
		this.#parts.table.add(entry);
		return entry;
	}

	#nameFor(chosen: string | undefined, program: string): string | Refusal {
		return this.#isClosing()
			? refuse('archon is shutting down: nothing is started any more')
			: this.#parts.table.nameFor(chosen, nameFromProgram(program));
	}
}

/** It was written down and its first start was not. */
function isUnborn({ life, newest }: Entry): boolean {
	return life.state.tag === 'stopped' && newest < 0;
}
