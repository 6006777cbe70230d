import { errnoName, errnoText } from '../base/errno.ts';
import { nameFromProgram } from '../base/name.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { signalName } from '../base/signal.ts';
import type { Addon } from '../native/addon.ts';
import { firstStart, fresh } from '../process/moves.ts';
import type { Input, Kind, Spec } from '../process/state.ts';
import { specOf } from './defaults.ts';
import type { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import type { Foreign } from './foreign.ts';
import type { Interpreter } from './interpret.ts';
import type { Launch } from './launch.ts';
import type { Logs } from './logs.ts';
import { type Report, report } from './report.ts';
import type { Starts } from './starts.ts';
import type { Table } from './table.ts';
import { cannotStart, startVerdict, stoppedEarly, stopVerdict } from './verdicts.ts';
import { reaches, type Waits } from './waits.ts';

export type SupervisorParts = {
	readonly native: Pick<Addon, 'pidfdSignal' | 'closeLater'>;
	readonly table: Table;
	readonly starts: Starts;
	readonly ends: Ends;
	readonly interpreter: Interpreter;
	readonly waits: Waits;
	readonly foreign: Foreign;
	readonly logs: Logs;
};

/** What requests ask of the processes. Everything refused comes back as a value. */
export class Supervisor {
	readonly table: Table;
	readonly logs: Logs;
	readonly foreign: Foreign;
	readonly #parts: SupervisorParts;
	/** Runs whose program did not run yet, and who is to be told if it never will. */
	readonly #unstarted = new Map<Entry, (refused: Refusal) => void>();
	#closing = false;

	constructor(parts: SupervisorParts) {
		this.#parts = parts;
		this.table = parts.table;
		this.logs = parts.logs;
		this.foreign = parts.foreign;
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
		conn: number,
		done: (refused?: Refusal) => void,
	): Refusal | undefined {
		const entry = this.#create('run', launch, chosen);
		if (isRefusal(entry)) {
			this.drop(launch);
			return entry;
		}
		const { starts, ends, interpreter } = this.#parts;
		starts.answerOn(entry, conn);
		ends.whenReplied(conn, done);
		this.#unstarted.set(entry, done);
		interpreter.take(entry, firstStart());
		return undefined;
	}

	/** Closes the descriptors of a launch that will not happen. */
	drop(launch: Launch): void {
		this.#parts.native.closeLater(launch.fds);
	}

	/** Starts a program that is supervised from then on; resolves once exec has succeeded. */
	async startDaemon(
		launch: Launch,
		chosen: string | undefined,
		own: Partial<Spec>,
	): Promise<Refusal | undefined> {
		const entry = this.#create('daemon', launch, chosen, own);
		if (isRefusal(entry)) {
			return entry;
		}
		this.#parts.interpreter.take(entry, firstStart());
		const verdict = await this.#parts.waits.until(entry, startVerdict);
		return isRefusal(verdict) ? verdict : undefined;
	}

	/** Ends a process and its tree; resolves when all of it is gone. `grace` 0 is KILL at once. */
	async stop(entry: Entry, grace: number | undefined): Promise<Refusal | undefined> {
		const input: Input = { tag: 'stop', grace: grace ?? entry.spec.stopTimeout };
		const denied = this.#parts.interpreter.apply(entry, input);
		if (denied !== undefined) {
			return refuse(`"${entry.name}" cannot be stopped: ${denied}`);
		}
		const verdict = await this.#parts.waits.until(entry, stopVerdict);
		return isRefusal(verdict) ? verdict : undefined;
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

	/** Resolves when the entry is in that state. */
	async wait(entry: Entry, state: string, timeout: number | undefined): Promise<Refusal | undefined> {
		const verdict = await this.#parts.waits.until(entry, reaches(state), timeout);
		return isRefusal(verdict) ? verdict : undefined;
	}

	/** Forgets one that is stopped, exited or failed. */
	remove(entry: Entry): Refusal | undefined {
		const { tag } = entry.life.state;
		if (tag !== 'stopped' && tag !== 'exited' && tag !== 'failed') {
			return refuse(`"${entry.name}" is ${tag}: Stop,${entry.name} first`);
		}
		this.#forget(entry);
		return undefined;
	}

	/** Stops everything but foreign processes; nothing new is started from here on. */
	async shutdown(): Promise<void> {
		this.#closing = true;
		const ours = this.table.all().filter((entry) => entry.kind !== 'foreign');
		await Promise.all(ours.reverse().map((entry) => this.stop(entry, undefined)));
	}

	/** To be called after each change of an entry's life. */
	changed(entry: Entry): void {
		this.#parts.waits.changed(entry);
		if (entry.kind === 'run') {
			this.#tellUnstarted(entry);
		}
		const { tag } = entry.life.state;
		const isOver = tag === 'exited' || tag === 'failed' || tag === 'stopped';
		if (isOver && (entry.kind === 'run' || isNeverStarted(entry) || entry.launch === undefined)) {
			if (entry.kind !== 'foreign') {
				this.#forget(entry);
			}
		}
	}

	/** An exec that failed is an `ExitStatus` like any other; a step before it that failed is an `Error`. */
	#tellUnstarted(entry: Entry): void {
		const { state } = entry.life;
		const tell = this.#unstarted.get(entry);
		if (tell === undefined || state.tag === 'starting' || state.tag === 'stopping') {
			return;
		}
		this.#unstarted.delete(entry);
		if (state.tag === 'failed' && state.why.tag === 'not-started' && state.why.step !== 'exec') {
			tell(refuse(cannotStart(entry)));
		} else if (state.tag === 'stopped' && this.#brokeBeforeExec(entry)) {
			tell(refuse(stoppedEarly(entry)));
		}
	}

	#brokeBeforeExec(entry: Entry): boolean {
		const broken = entry.process && this.#parts.starts.executed(entry, entry.process);
		return broken !== undefined && broken.step !== 'exec';
	}

	#forget(entry: Entry): void {
		clearTimeout(entry.timer);
		entry.timer = undefined;
		this.table.remove(entry);
		this.#parts.waits.gone(entry);
	}

	#create(kind: Kind, launch: Launch, chosen: string | undefined, own?: Partial<Spec>): Entry | Refusal {
		if (this.#closing) {
			return refuse('archon is shutting down: nothing is started any more');
		}
		const name = this.table.nameFor(chosen, nameFromProgram(launch.args[0] ?? ''));
		if (isRefusal(name)) {
			return name;
		}
		const entry: Entry = {
			name,
			kind,
			spec: specOf(kind, own),
			launch,
			life: { state: { tag: 'stopped' }, history: fresh },
			process: undefined,
			last: undefined,
			remark: '',
			timer: undefined,
			tree: undefined,
		};
		this.table.add(entry);
		return entry;
	}
}

/** A daemon that never got to run leaves nothing behind. */
function isNeverStarted(entry: Entry): boolean {
	const { state, history } = entry.life;
	return (
		state.tag === 'failed' &&
		state.why.tag === 'not-started' &&
		entry.last === undefined &&
		history.restarts === 0
	);
}
