import { errnoName, errnoText } from '../base/errno.ts';
import { nameFromProgram } from '../base/name.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { signalName } from '../base/signal.ts';
import type { Addon } from '../native/addon.ts';
import { firstStart } from '../process/moves.ts';
import type { Input, Kind } from '../process/state.ts';
import type { Service } from '../service/service.ts';
import type { KeepingBook } from './book/keeping-book.ts';
import type { Cgroups } from './cgroups.ts';
import { lastEnd, reasonOf } from './describe.ts';
import type { Answered } from './ends.ts';
import type { Entry } from './entry.ts';
import type { Foreign } from './foreign.ts';
import { isLimited } from './giving-up.ts';
import type { Interpreter } from './interpret.ts';
import { waitJudged } from './judged.ts';
import type { Launch } from './launch.ts';
import type { Arrangement } from './leaving.ts';
import { Links } from './links.ts';
import type { Logs } from './logs.ts';
import { newEntry, serviceEntry } from './new-entry.ts';
import type { Orders } from './orders.ts';
import { besideOf } from './overlap-of.ts';
import type { Refresh } from './refresh.ts';
import { type Report, report } from './report.ts';
import type { Runs } from './runs.ts';
import type { Table } from './table.ts';
import type { Timers } from './timers.ts';
import { denialText, firstStartVerdict, leavesNothing } from './verdicts.ts';
import type { Waits } from './waits.ts';

export type SupervisorParts = {
	readonly native: Pick<Addon, 'pidfdSignal' | 'closeLater'>;
	readonly table: Table;
	readonly runs: Runs;
	readonly interpreter: Interpreter;
	readonly waits: Waits;
	readonly orders: Orders;
	readonly foreign: Foreign;
	readonly logs: Logs;
	readonly timers: Timers;
	readonly refresh: Refresh;
	readonly cgroups: Cgroups | Refusal;
	readonly book: Pick<KeepingBook, 'gone' | 'born'>;
	/** A service of the configuration has failed. */
	readonly onFailed: (name: string, why: string) => unknown;
};

/** What requests ask of the processes. Everything refused comes back as a value. */
export class Supervisor {
	readonly table: Table;
	readonly logs: Logs;
	readonly foreign: Foreign;
	readonly orders: Orders;
	readonly links: Links;
	/** Who is to hear of each name that is there no more. */
	readonly forgotten = new Set<(name: string) => void>();
	readonly #parts: SupervisorParts;
	#closing = false;

	constructor(parts: SupervisorParts) {
		this.#parts = parts;
		this.table = parts.table;
		this.logs = parts.logs;
		this.foreign = parts.foreign;
		this.orders = parts.orders;
		this.links = new Links(parts.table, parts.orders);
	}

	/** Whether `shutdown` has begun: nothing new is started. */
	get isClosing(): boolean {
		return this.#closing;
	}

	/** What `Status` shows. */
	report(pattern: string): Report[] | Refusal {
		return report(this.table, pattern);
	}

	/**
	 * Starts a program whose `ExitStatus` the keeper sends on `conn`. `done` is called once it has, or with the reason
	 * when a step before exec failed: then nothing was sent.
	 */
	run(
		launch: Launch,
		chosen: string | undefined,
		answer: Answered,
		done: (refused?: Refusal) => void,
	): Refusal | undefined {
		const entry = this.#create('run', launch, chosen);
		if (isRefusal(entry)) {
			this.drop(launch);
			return entry;
		}
		this.#parts.runs.begin(entry, answer, done);
		return undefined;
	}

	/** The same for one that a daemon that died had started because of that request; undefined where it had not. */
	resumeRun(request: number): ((conn: number, done: (refused?: Refusal) => void) => void) | undefined {
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
		const entry = this.#create('run', launch, chosen);
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
		this.table.add(entry);
		this.#parts.book.born(entry);
		this.#parts.interpreter.take(entry, firstStart(entry.spec));
		const verdict = await this.#parts.waits.until(entry, firstStartVerdict);
		return isRefusal(verdict) ? verdict : undefined;
	}

	/** The same for one that a daemon that died had made because of that request; undefined where it had not. */
	resumeStartDaemon(request: number): Promise<'done' | Refusal> | undefined {
		const entry = this.table.all().find((it) => it.request === request);
		if (entry === undefined || (isUnborn(entry) && !this.#parts.runs.isBegun(entry))) {
			return undefined;
		}
		const judge = (it: Entry) => (isUnborn(it) ? undefined : firstStartVerdict(it));
		return this.#parts.waits.until(entry, judge);
	}

	/** What depends on what, and the groups, are these from now on. */
	arrange({ services, groups }: Arrangement): Refusal | undefined {
		const refused = this.orders.dependencies.configure([...services.values()], [...groups.values()]);
		this.table.members = this.orders.graph.members;
		return refused;
	}

	/** Does what the key `reload` of a service says. */
	async refresh(entry: Entry): Promise<Refusal | undefined> {
		return await this.#parts.refresh.begin(entry);
	}

	/** Freezes a process, its timers included. */
	pause(entry: Entry): Refusal | undefined {
		const beside = besideOf(entry);
		if (beside !== undefined && entry.overlap?.phase === 'proving') {
			return refuse(
				`"${entry.name}" cannot be paused while its new process starts: Stop,${beside.name} gives that up`,
			);
		}
		return this.#apply(entry, { tag: 'pause', at: Date.now() }, 'paused');
	}

	/** Lets a paused process go on. */
	resume(entry: Entry): Refusal | undefined {
		return this.#apply(entry, { tag: 'resume' }, 'resumed');
	}

	#apply(entry: Entry, input: Input, what: string): Refusal | undefined {
		const denied = this.#parts.interpreter.apply(entry, input);
		return denied === undefined ? undefined : refuse(denialText(entry, what, denied));
	}

	/** Signals the main process, through its pidfd. */
	signal(entry: Entry, signal: number): Refusal | undefined {
		if (entry.process === undefined) {
			return refuse(`"${entry.name}" is ${entry.life.state.tag}: it has no process to signal`);
		}
		const result = this.#parts.native.pidfdSignal(entry.process.pidfd, signal);
		if (result >= 0) {
			return undefined;
		}
		const why = errnoName(-result) === 'ESRCH' ? 'it has ended' : errnoText(-result);
		return refuse(`${signalName(signal)} did not reach "${entry.name}": ${why}`);
	}

	/**
	 * Resolves when the entry is in that state; `name` is what was asked for, maybe a group that it is in. `left`: what of
	 * the timeout has not passed yet.
	 */
	async wait(
		entry: Entry,
		state: string,
		timeout: number | undefined,
		name = entry.name,
		left = timeout,
	): Promise<Refusal | undefined> {
		const judge = waitJudged(this.orders.groups, name, state);
		const verdict = await this.#parts.waits.until(entry, judge, timeout, left);
		return isRefusal(verdict) ? verdict : undefined;
	}

	/** Forgets one that is stopped, exited or failed. */
	remove(entry: Entry): Refusal | undefined {
		const { tag } = entry.life.state;
		if (tag !== 'stopped' && tag !== 'exited' && tag !== 'failed') {
			return refuse(`"${entry.name}" is ${tag}: Stop,${entry.name} first`);
		}
		this.forget(entry);
		return undefined;
	}

	/** Stops everything but foreign processes; nothing new is started from here on. */
	async shutdown(): Promise<void> {
		this.#closing = true;
		await this.orders.shutdown(this.table.all().filter((entry) => entry.kind !== 'foreign'));
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		this.orders.changed(entry);
		this.#parts.waits.changed(entry);
		this.#parts.runs.changed(entry);
		const { tag } = entry.life.state;
		if (tag === 'failed' && entry.isConfigured && !this.#closing) {
			const how = isLimited(entry) ? lastEnd(entry) : '';
			this.#parts.onFailed(entry.name, `"${entry.name}" failed: ${reasonOf(entry)}${how}`);
		}
		if (leavesNothing(entry)) {
			this.forget(entry);
		}
	}

	/** It is gone from `Status`, and its name is free. */
	forget(entry: Entry): void {
		clearTimeout(entry.timer);
		entry.timer = undefined;
		this.table.remove(entry);
		this.#parts.book.gone(entry);
		this.orders.gone(entry);
		this.#parts.timers.forget(entry);
		this.#parts.waits.gone(entry);
		if (!isRefusal(this.#parts.cgroups)) {
			this.#parts.cgroups.remove(entry.seat);
		}
		for (const told of this.forgotten) {
			told(entry.name);
		}
	}

	#create(kind: Kind, launch: Launch, chosen: string | undefined): Entry | Refusal {
		const name = this.#nameFor(chosen, launch.args[0] ?? '');
		if (isRefusal(name)) {
			return name;
		}
		const entry = newEntry(name, kind, { launch });
		this.table.add(entry);
		return entry;
	}

	#nameFor(chosen: string | undefined, program: string): string | Refusal {
		return this.#closing
			? refuse('archon is shutting down: nothing is started any more')
			: this.table.nameFor(chosen, nameFromProgram(program));
	}
}

/** It was written down and its first start was not. */
function isUnborn({ life, newest }: Entry): boolean {
	return life.state.tag === 'stopped' && newest < 0;
}
