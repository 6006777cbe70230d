import { errnoName, errnoText } from '../base/errno.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { signalName } from '../base/signal.ts';
import type { Batch } from '../events/batch.ts';
import type { FieldOf } from '../events/fields.ts';
import type { Addon } from '../native/addon.ts';
import type { Input } from '../process/state.ts';
import type { KeepingBook } from './book/keeping-book.ts';
import type { Cgroups } from './cgroups.ts';
import { whyFailed } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Foreign } from './foreign.ts';
import { waitJudged } from './judged.ts';
import type { Arrangement } from './leaving.ts';
import { Links } from './links.ts';
import type { Logs } from './logs.ts';
import type { Orders } from './orders.ts';
import { besideOf } from './overlap-of.ts';
import { type ProgramParts, Programs } from './programs.ts';
import type { Refresh } from './refresh.ts';
import { type Report, report } from './report.ts';
import type { Table } from './table.ts';
import type { Timers } from './timers.ts';
import { denialText, leavesNothing } from './verdicts.ts';

export type SupervisorParts = ProgramParts & {
	readonly native: Pick<Addon, 'pidfdSignal'>;
	readonly orders: Orders;
	readonly foreign: Foreign;
	readonly logs: Logs;
	readonly timers: Timers;
	readonly refresh: Refresh;
	readonly cgroups: Cgroups | Refusal;
	readonly book: Pick<KeepingBook, 'gone'>;
	readonly batch: Pick<Batch, 'add'>;
	/** A service of the configuration has failed. */
	readonly onFailed: (name: string, why: string) => unknown;
	readonly onClosing: () => void;
};

/** What requests ask of the processes. Everything refused comes back as a value. */
export class Supervisor {
	readonly table: Table;
	readonly logs: Logs;
	readonly foreign: Foreign;
	readonly orders: Orders;
	readonly links: Links;
	readonly programs: Programs;
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
		this.programs = new Programs(parts, () => this.#closing);
	}

	/** Whether `shutdown` has begun: nothing new is started. */
	get isClosing(): boolean {
		return this.#closing;
	}

	/** What `Status` shows. */
	report(pattern: string): Report[] | Refusal {
		return report(this.table, pattern);
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
		if (beside !== undefined && entry.overlap?.phase !== 'retiring') {
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
			const isForeign = entry.kind === 'foreign';
			const remedy = isForeign
				? `it is watched until it ends; Stop,${entry.name} ends it`
				: `Stop,${entry.name} first`;
			return refuse(`"${entry.name}" is ${tag}: ${remedy}`);
		}
		this.forget(entry);
		return undefined;
	}

	/** Stops everything but foreign processes; nothing new is started from here on, and that is told once. */
	async shutdown(why: readonly FieldOf<'daemon.stopping'>[]): Promise<void> {
		if (!this.#closing) {
			this.#parts.batch.add('daemon.stopping', '-', why);
		}
		this.#closing = true;
		this.#parts.onClosing();
		await this.orders.shutdown(this.table.all().filter((entry) => entry.kind !== 'foreign'));
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		this.orders.changed(entry);
		this.#parts.waits.changed(entry);
		this.#parts.runs.changed(entry);
		const { tag } = entry.life.state;
		if (tag === 'failed' && entry.isConfigured && !this.#closing) {
			this.#parts.onFailed(entry.name, `"${entry.name}" failed: ${whyFailed(entry)}`);
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
}
