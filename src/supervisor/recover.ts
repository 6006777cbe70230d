import { execStage, slotState } from '../keeper/ledger.ts';
import { firstStart } from '../process/moves.ts';
import { openAdopted, settleExec } from './adopt.ts';
import { type Adopted, Adopting, type AdoptingPorts, awaitReply } from './adopting.ts';
import type { Asides } from './asides.ts';
import type { Keepsakes } from './book/keepsakes.ts';
import type { Page } from './book/page.ts';
import type { Restored } from './book/restore.ts';
import { specOf } from './defaults.ts';
import type { Entry, Main } from './entry.ts';
import type { Foreign } from './foreign.ts';
import type { Further } from './further.ts';
import type { Interpreter } from './interpret.ts';
import { lostInput } from './lost-input.ts';
import { newEntry } from './new-entry.ts';
import type { Orders } from './orders.ts';
import type { Overlaps } from './overlaps.ts';
import type { MainPids } from './ready/main-pids.ts';
import { ResumedStarts } from './resumed-starts.ts';
import type { Binders } from './sockets/binders.ts';
import type { Timers } from './timers.ts';

export type RecoverPorts = AdoptingPorts & {
	readonly asides: Asides;
	readonly binders: Pick<Binders, 'takeOver' | 'goOn'>;
	readonly orders: Orders;
	readonly mains: Pick<MainPids, 'take'>;
	readonly interpreter: Interpreter;
	/** Carries out the effect `spawn`. */
	readonly spawn: (entry: Entry) => void;
	/** Takes or makes anew what went with the keeper; to be called when an entry has its process again. */
	readonly regain: (entry: Entry) => void;
	readonly onFault: (fault: unknown) => void;
	/** Whoever follows an entry's life hears of it. */
	readonly changed: (entry: Entry) => void;
	readonly foreign: Pick<Foreign, 'restore' | 'lost'>;
	readonly timers: Pick<Timers, 'restore'>;
	readonly further: Pick<Further, 'restore'>;
	readonly overlaps: Pick<Overlaps, 'restore' | 'proceed'>;
	readonly restoreKept: (entry: Entry, kept: Keepsakes) => void;
	/** An entry is not to be there any more. */
	readonly forget: (entry: Entry) => void;
};

/**
 * What a daemon does that takes over from one that died. Every process goes on as that of its entry, what has ended
 * meanwhile is settled, timers fire when they would have; runs are known from the ledger alone, and the keeper answers
 * them. Only commands that ran on behalf of a service are killed, with all they started. `back`: what was written down.
 */
export class Recovery {
	readonly #ports: RecoverPorts;
	readonly #pages: ReadonlyMap<Entry, Page>;
	readonly #adopting: Adopting;
	readonly #resumed: ResumedStarts;
	#adopted: Adopted = { runs: [], ended: [], settled: [], over: [] };

	constructor(ports: RecoverPorts, back: readonly Restored[]) {
		this.#ports = ports;
		this.#pages = new Map(back.map(({ entry, page }) => [entry, page]));
		this.#adopting = new Adopting(ports, this.#pages);
		this.#resumed = new ResumedStarts({
			...ports,
			adopt: (entry, slot, since) => this.#adopting.adopt(entry, slot, { since, executed: false }),
		});
	}

	/** Finds whose each process is. Nothing is told yet. `kept`: descriptors that the keeper holds, by name. */
	adopt(kept: ReadonlyMap<string, Keepsakes>): void {
		for (const [entry, { process, fires, furtherOf, overlap }] of this.#pages) {
			const { pidfd, ...other } = kept.get(entry.name) ?? {};
			if (process !== undefined && entry.kind === 'foreign') {
				this.#ports.foreign.restore(entry, pidfd, process);
			}
			this.#ports.restoreKept(entry, other);
			if (fires !== undefined) {
				this.#ports.timers.restore(entry, fires);
			}
			if (furtherOf !== undefined) {
				this.#ports.further.restore(entry, furtherOf);
			}
			const main = overlap && this.#ports.table.get(overlap.of);
			if (overlap !== undefined && main !== undefined) {
				this.#ports.overlaps.restore(main, entry, overlap.phase);
			}
		}
		this.#adopted = this.#adopting.all();
	}

	/** The effect `spawn` of a start that a daemon that died had begun; false when it had not. */
	resumeStart(entry: Entry): boolean {
		return this.#resumed.resume(entry);
	}

	/** Goes on: to be called when everybody may act. */
	goOn(): void {
		const { ledger, ends, interpreter, changed, regain, asides, binders, starts, orders } = this.#ports;
		// Of a start that has begun neither the timer nor what is kept goes by the state before it.
		const known = [...this.#pages].filter(([entry]) => !starts.begun.has(entry));
		for (const [entry, { due }] of known) {
			regain(entry);
			// Before anything that follows may change its life, and with it what the timer is for.
			interpreter.timers.rearm(entry, due);
		}
		interpreter.together(() => {
			for (const entry of [...known.map(([it]) => it), ...this.#adopted.runs]) {
				changed(entry);
			}
		});
		for (const slot of this.#adopted.settled) {
			this.#settleConnection(slot);
		}
		for (const slot of ledger.used().filter((it) => ledger.kind(it) === 'aside')) {
			this.#beside(slot, (entry, main) => asides.takeOver(entry, slot, main));
		}
		for (const slot of ledger.used().filter((it) => ledger.kind(it) === 'binder')) {
			this.#beside(slot, (entry, main) => binders.takeOver(entry, slot, main));
		}
		binders.goOn();
		for (const slot of this.#adopted.over) {
			this.#sweep(slot);
		}
		for (const [entry, page] of this.#pages) {
			this.#resumeMain(entry, page);
		}
		for (const entry of [...this.#pages.keys()].filter((it) => starts.begun.has(it))) {
			orders.begun(entry);
		}
		for (const slot of this.#adopted.ended) {
			ends.settleOne(slot);
		}
		for (const [entry, page] of this.#pages) {
			this.#resume(entry, page);
		}
		orders.resume();
		for (const entry of [...this.#pages.keys(), ...this.#adopted.runs]) {
			settleExec(this.#ports, entry);
			if (entry.life.state.tag === 'waiting') {
				interpreter.apply(entry, { tag: 'release' });
			}
		}
	}

	#resume(entry: Entry, page: Page): void {
		const { starts, spawn, interpreter, forget, overlaps } = this.#ports;
		if (page.isUnborn && !starts.begun.has(entry)) {
			forget(entry);
			return;
		}
		const isDue = page.overlap !== undefined && overlaps.proceed(entry);
		if (starts.begun.has(entry)) {
			this.#resumeBegun(entry, page);
			return;
		}
		if (entry.life === page.life && page.process !== undefined && entry.process === undefined) {
			// Gone with the keeper that held it, or a book that could not be written: nobody knows its end.
			this.#lost(entry);
		}
		const { state } = entry.life;
		if (isDue) {
			interpreter.apply(entry, { tag: 'start' });
		} else if (entry.life === page.life) {
			interpreter.resume(entry);
			if (state.tag === 'starting' && !state.spawned && entry.process === undefined) {
				spawn(entry);
			}
		}
	}

	#lost(entry: Entry): void {
		if (entry.kind === 'foreign') {
			this.#ports.foreign.lost(entry);
			return;
		}
		const [at, chance] = [Date.now(), Math.random()];
		this.#ports.interpreter.apply(entry, { tag: 'exited', end: { tag: 'unknown' }, left: 0, at, chance });
	}

	/** Feeds what must have been fed in the turn that was not written down, until that comes to the start begun in it. */
	#resumeBegun(entry: Entry, page: Page): void {
		const { starts, spawn, interpreter } = this.#ports;
		if (entry.life.state.tag === 'stopping' && entry.life !== page.life) {
			// What its end of just now has left is being ended; the start comes after that.
			return;
		}
		if (page.isUnborn) {
			interpreter.take(entry, firstStart(entry.spec));
		}
		for (let input = lostInput(entry); input !== undefined && starts.begun.has(entry); ) {
			interpreter.apply(entry, input);
			input = lostInput(entry);
		}
		if (starts.begun.has(entry)) {
			spawn(entry);
		}
	}

	/** It may have named another process as its main one (MAINPID=). */
	#resumeMain(entry: Entry, { process }: Page): void {
		const { mains, ends, ledger } = this.#ports;
		const main = entry.process;
		if (entry.kind !== 'daemon' || process?.start !== main?.start || process?.pid === main?.pid) {
			return;
		}
		if (main !== undefined && process !== undefined && mains.take(entry, process.pid) !== undefined) {
			ends.mainEnded(entry, main, { tag: 'unknown' });
			if (ledger.state(main.slot) !== slotState.intent) {
				ends.free(main.slot);
			}
		}
	}

	#beside(slot: number, takeOver: (entry: Entry, main: Main | undefined) => void): void {
		const { ledger, table } = this.#ports;
		const name = ledger.name(slot);
		const entry = table.get(name) ?? newEntry(name, 'daemon');
		const pidfd = openAdopted(this.#ports, slot);
		const about = { pid: ledger.pid(slot), pidfd, slot, start: ledger.start(slot), since: Date.now() };
		const main = { ...about, log: undefined, token: 0, executed: true };
		takeOver(entry, pidfd >= 0 ? main : undefined);
	}

	/** One whose end is told, or of which nobody knows whose it was: what it left is ended. */
	#sweep(slot: number): void {
		const { asides, ends } = this.#ports;
		asides.endLeft(slot, specOf('daemon').stopTimeout, () => ends.free(slot));
	}

	/** Its reply is out, or on its way. */
	#settleConnection(slot: number): void {
		const { ledger, ends } = this.#ports;
		if (ledger.state(slot) === slotState.exited && ledger.stage(slot) >= execStage) {
			awaitReply(this.#ports, slot);
		}
		ends.free(slot);
	}
}
