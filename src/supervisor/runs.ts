import type { Refusal } from '../base/refusal.ts';
import { refuse } from '../base/refusal.ts';
import { execStage, type Ledger } from '../keeper/ledger.ts';
import { firstStart } from '../process/moves.ts';
import type { Answered, Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import type { Interpreter } from './interpret.ts';
import type { Starts } from './starts.ts';
import { cannotStart, stoppedEarly } from './verdicts.ts';

export type RunPorts = {
	readonly ledger: Ledger;
	readonly starts: Starts;
	readonly ends: Ends;
	readonly interpreter: Interpreter;
};

/** Who asks for one is told what becomes of it. */
export type RunTell = {
	/** The keeper has replied to it; or the reason when a step before exec failed: then nothing was sent. */
	readonly done: (refused?: Refusal) => void;
	/** Its program is there, with the descriptors it was given: it is not begun again. May be said more than once. */
	readonly taken: () => void;
};

/** Programs whose `ExitStatus` the keeper sends. */
export class Runs {
	readonly #ports: RunPorts;
	/** Those whose program did not run yet, and who is to be told that it does or never will. */
	readonly #unstarted = new Map<Entry, RunTell>();
	/** Those that no client waits for, and who is to be told that they are over. */
	readonly #alone = new Map<Entry, (refused?: Refusal) => void>();

	constructor(ports: RunPorts) {
		this.#ports = ports;
	}

	begin(entry: Entry, answer: Answered, tell: RunTell): void {
		const { starts, ends, interpreter } = this.#ports;
		starts.answerOn(entry, answer);
		ends.whenReplied(answer, tell.done);
		this.#unstarted.set(entry, tell);
		interpreter.take(entry, firstStart(entry.spec));
	}

	/** The same for one that a daemon that died had started because of that request; undefined where it had not. */
	resume(request: number): ((conn: number, tell: RunTell) => void) | undefined {
		const { ledger, starts, ends } = this.#ports;
		const slot = ledger.used().find((it) => ledger.kind(it) === 'run' && ledger.request(it) === request);
		const owner = slot === undefined ? undefined : starts.ownerOf(slot);
		// One whose failure before exec is told has no end that anybody would hear of: it is tried once more.
		if (slot === undefined || (owner === undefined && ledger.stage(slot) < execStage)) {
			return undefined;
		}
		return (conn, tell) => {
			ends.whenReplied({ conn, request }, tell.done);
			if (owner !== undefined && owner.kind !== 'aside') {
				this.#unstarted.set(owner, tell);
			}
		};
	}

	/** Whether a daemon that died had begun the next start of an entry. */
	isBegun(entry: Entry): boolean {
		return this.#ports.starts.begun.has(entry);
	}

	/** Nobody is replied to. `done` is called once it has ended, or with the reason why its program never ran. */
	alone(entry: Entry, done: (refused?: Refusal) => void): void {
		this.#alone.set(entry, done);
		this.#ports.interpreter.take(entry, firstStart(entry.spec));
	}

	/** One that a daemon that died began as `alone`, and that still runs. */
	goesOnAlone(entry: Entry): void {
		this.#alone.set(entry, () => {});
	}

	/** How many there are that no client waits for and that are not over. */
	get aloneCount(): number {
		return this.#alone.size;
	}

	/** To be called after each change of an entry. */
	changed(entry: Entry): void {
		this.#unstartedChanged(entry);
		const done = this.#alone.get(entry);
		const { state } = entry.life;
		if (done !== undefined && (state.tag === 'exited' || state.tag === 'failed' || state.tag === 'stopped')) {
			this.#alone.delete(entry);
			const isUnstarted = state.tag === 'failed' && state.why.tag === 'not-started';
			done(isUnstarted ? refuse(cannotStart(entry)) : undefined);
		}
	}

	/** An exec that failed is an `ExitStatus` like any other; a step before it that failed is an `Error`. */
	#unstartedChanged(entry: Entry): void {
		const { state } = entry.life;
		const tell = this.#unstarted.get(entry);
		if (tell !== undefined && this.#isExecTried(entry)) {
			tell.taken();
		}
		if (tell === undefined || state.tag === 'starting' || state.tag === 'stopping') {
			return;
		}
		this.#unstarted.delete(entry);
		if (state.tag === 'failed' && state.why.tag === 'not-started' && state.why.step !== 'exec') {
			tell.done(refuse(cannotStart(entry)));
		} else if (state.tag === 'stopped' && this.#brokeBeforeExec(entry)) {
			tell.done(refuse(stoppedEarly(entry)));
		}
	}

	#isExecTried({ process }: Entry): boolean {
		return process?.executed === true && this.#ports.ledger.stage(process.slot) >= execStage;
	}

	#brokeBeforeExec(entry: Entry): boolean {
		const broken = entry.process && this.#ports.starts.executed(entry, entry.process);
		return broken !== undefined && broken.step !== 'exec';
	}
}
