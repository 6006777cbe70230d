import type { Refusal } from '../base/refusal.ts';
import type { Journal } from '../events/journal.ts';
import type { Channel } from '../keeper/channel.ts';
import { execStage, type Ledger, slotState } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { fresh } from '../process/moves.ts';
import type { Input, State } from '../process/state.ts';
import { type About, adopt, settleExec } from './adopt.ts';
import type { Asides } from './asides.ts';
import type { Keepsakes } from './book/keepsakes.ts';
import type { Page } from './book/page.ts';
import { cgroupOf, type Restored } from './book/restore.ts';
import type { Cgroups } from './cgroups.ts';
import { specOf } from './defaults.ts';
import { endField, endOf } from './describe.ts';
import type { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import { type Foreign, startedAt } from './foreign.ts';
import type { Down } from './graph/standing.ts';
import type { Interpreter } from './interpret.ts';
import { newEntry } from './new-entry.ts';
import type { Orders } from './orders.ts';
import type { LogPair, Output } from './output.ts';
import type { MainPids } from './ready/main-pids.ts';
import type { Starts } from './starts.ts';
import type { Table } from './table.ts';
import type { Timers } from './timers.ts';
import { endsTold } from './told.ts';

export type RecoverPorts = {
	readonly native: Pick<Addon, 'pidfdOpen' | 'close'>;
	readonly ledger: Ledger;
	readonly journal: Journal;
	readonly channel: Channel;
	readonly starts: Starts;
	readonly asides: Asides;
	readonly ends: Ends;
	readonly table: Table;
	readonly output: Output;
	readonly orders: Orders;
	readonly mains: Pick<MainPids, 'take'>;
	readonly interpreter: Interpreter;
	readonly cgroups: Cgroups | Refusal;
	/** Carries out the effect `spawn`. */
	readonly spawn: (entry: Entry) => void;
	/** Whoever follows an entry's life hears of it. */
	readonly changed: (entry: Entry) => void;
	readonly foreign: Pick<Foreign, 'restore'>;
	readonly timers: Pick<Timers, 'restore'>;
	readonly restoreKept: (entry: Entry, kept: Keepsakes) => void;
	/** An entry is not to be there any more. */
	readonly forget: (entry: Entry) => void;
	/** The keeper still answers on that connection. */
	readonly reserve: (conn: number) => void;
	readonly release: (conn: number) => void;
};

/**
 * What a daemon does that takes over from one that died. Every process goes on as that of its entry, what has ended
 * meanwhile is settled, timers fire when they would have; runs are known from the ledger alone, and the keeper answers
 * them. Only commands that ran on behalf of a service are killed, with all they started. `back`: what was written down.
 */
export class Recovery {
	readonly #ports: RecoverPorts;
	readonly #pages: ReadonlyMap<Entry, Page>;
	/** The logs of processes that go on. */
	#logs: ReadonlyMap<number, LogPair> = new Map();
	/** Runs that go on, of which nothing was written down. */
	readonly #runs: Entry[] = [];
	/** Adopted ones that had ended. */
	readonly #ended: number[] = [];
	/** Slots of which nothing is left to be done but to give them back. */
	readonly #over: number[] = [];

	constructor(ports: RecoverPorts, back: readonly Restored[]) {
		this.#ports = ports;
		this.#pages = new Map(back.map(({ entry, page }) => [entry, page]));
	}

	/** Finds whose each process is. Nothing is told yet. `kept`: descriptors that the keeper holds, by name. */
	adopt(kept: ReadonlyMap<string, Keepsakes>): void {
		for (const [entry, { process, fires }] of this.#pages) {
			const { pidfd, ...other } = kept.get(entry.name) ?? {};
			if (process !== undefined && pidfd !== undefined) {
				this.#ports.foreign.restore(entry, pidfd, process.since);
			}
			this.#ports.restoreKept(entry, other);
			if (fires !== undefined) {
				this.#ports.timers.restore(entry, fires);
			}
		}

		const { ledger, output } = this.#ports;
		const slots = [...ledger.used()];
		const goesOn = (slot: number) => ledger.kind(slot) !== 'aside' && ledger.state(slot) === slotState.intent;
		this.#logs = output.takeOver(new Set(slots.filter(goesOn).map((slot) => ledger.log(slot))));
		for (const slot of slots) {
			if (ledger.kind(slot) === 'daemon') {
				this.#daemon(slot);
			} else if (ledger.kind(slot) === 'run') {
				this.#run(slot);
			}
		}
	}

	/** Goes on: to be called when everybody may act. */
	goOn(): void {
		const { ledger, ends, interpreter, changed } = this.#ports;
		interpreter.together(() => {
			for (const entry of [...this.#pages.keys(), ...this.#runs]) {
				changed(entry);
			}
		});
		this.#runsThatEnded();
		for (const slot of [...ledger.used()].filter((it) => ledger.kind(it) === 'aside')) {
			this.#aside(slot);
		}
		for (const slot of this.#over) {
			this.#sweep(slot);
		}
		for (const slot of this.#ended) {
			ends.settleOne(slot);
		}
		for (const [entry, page] of this.#pages) {
			this.#resume(entry, page);
		}
		this.#resumeDowns();
		for (const entry of this.#pages.keys()) {
			settleExec(this.#ports, entry);
			if (entry.life.state.tag === 'waiting') {
				interpreter.apply(entry, { tag: 'release' });
			}
		}
	}

	#resume(entry: Entry, page: Page): void {
		const { starts, spawn, interpreter, mains, ends, forget } = this.#ports;
		const { state } = entry.life;
		if (page.isUnborn && !starts.isBegun(entry)) {
			forget(entry);
			return;
		}
		if (starts.isBegun(entry)) {
			const input = lostInput(state);
			if (input === undefined) {
				spawn(entry);
			} else {
				interpreter.apply(entry, input);
			}
			return;
		}
		if (entry.kind === 'foreign' && page.process !== undefined && entry.process === undefined) {
			const at = Date.now();
			interpreter.apply(entry, { tag: 'exited', end: { tag: 'unknown' }, left: 0, at, chance: 0 });
		}
		if (entry.life === page.life) {
			interpreter.resume(entry, page.due);
			if (state.tag === 'starting' && !state.spawned && entry.process === undefined) {
				spawn(entry);
			}
		}
		const main = entry.process;
		if (entry.kind === 'daemon' && main && page.process && page.process.pid !== main.pid) {
			const lost = mains.take(entry, page.process.pid);
			if (lost !== undefined && entry.process === main) {
				ends.mainEnded(entry, main, { tag: 'unknown' });
			}
		}
	}

	#resumeDowns(): void {
		const downs = Array.from(this.#pages).flatMap(([entry, { down }]): [Entry, Down][] =>
			down === undefined ? [] : [[entry, down]],
		);
		this.#ports.orders.resume(new Map(downs));
	}

	#daemon(slot: number): void {
		const { ledger, table, starts } = this.#ports;
		if (this.#isNeverBorn(slot)) {
			return;
		}
		const entry = table.get(ledger.name(slot));
		const page = entry && this.#pages.get(entry);
		const start = ledger.start(slot);
		if (entry === undefined || (page !== undefined && page.process?.slot !== slot && start <= page.newest)) {
			this.#over.push(slot);
			return;
		}
		if (page?.process?.slot === slot && page.process.start === start) {
			const { since, executed } = page.process;
			this.#adopt(entry, slot, { since, executed });
			return;
		}
		starts.expect(entry, slot);
	}

	/** The effect `spawn` of a start that a daemon that died had begun. */
	resumeStart(entry: Entry): boolean {
		return this.#ports.starts.resume(entry, (slot) => {
			const since = startedAt(this.#ports.ledger.pid(slot)) ?? Date.now();
			this.#adopt(entry, slot, { since, executed: false });
			if (this.#ended.at(-1) === slot) {
				this.#ended.pop();
				queueMicrotask(() => this.#ports.ends.settleOne(slot));
			} else {
				settleExec(this.#ports, entry);
			}
		});
	}

	#adopt(entry: Entry, slot: number, known: Pick<About, 'since' | 'executed'>): void {
		const { ledger } = this.#ports;
		const log = this.#logs.get(ledger.log(slot));
		adopt(this.#ports, entry, slot, { ...known, log, cgroup: cgroupOf(this.#ports, entry) });
		if (ledger.state(slot) !== slotState.intent) {
			this.#ended.push(slot);
		}
	}

	#run(slot: number): void {
		const { ledger, table } = this.#ports;
		if (this.#isNeverBorn(slot)) {
			return;
		}
		const named = table.get(ledger.name(slot));
		const known = named && this.#pages.get(named)?.process?.start === ledger.start(slot) ? named : undefined;
		if (known === undefined && ledger.state(slot) !== slotState.intent) {
			return;
		}
		const since = startedAt(ledger.pid(slot)) ?? Date.now();
		const entry = known ?? this.#newRun(slot, since);
		this.#adopt(entry, slot, { since, executed: true });
		table.add(entry);
		this.#awaitReply(slot);
	}

	#newRun(slot: number, since: number): Entry {
		const { table, ledger } = this.#ports;
		const name = table.nameFor(undefined, ledger.name(slot)) as string;
		const entry = newEntry(name, 'run', { life: { state: { tag: 'running', since }, history: fresh } });
		this.#runs.push(entry);
		return entry;
	}

	/** The clone never happened; on its connection nothing was promised. */
	#isNeverBorn(slot: number): boolean {
		const { ledger, channel } = this.#ports;
		if (ledger.state(slot) !== slotState.intent || ledger.pid(slot) !== 0) {
			return false;
		}
		if (ledger.conn(slot) >= 0) {
			channel.dropConnection(ledger.conn(slot));
		}
		ledger.release(slot);
		return true;
	}

	/** Their replies are out; only their end may not be in the journal yet. */
	#runsThatEnded(): void {
		const { ledger, journal, starts } = this.#ports;
		const slots = [...ledger.used()].filter(
			(slot) => ledger.kind(slot) === 'run' && starts.ownerOf(slot) === undefined,
		);
		const first = Math.min(...slots.map((slot) => ledger.start(slot)));
		const told = slots.length === 0 ? new Set<number>() : endsTold(journal, first);
		for (const slot of slots) {
			if (!told.has(ledger.start(slot))) {
				this.#tellEnd(slot);
			}
			this.#settleConnection(slot);
		}
	}

	#tellEnd(slot: number): void {
		const { ledger, interpreter } = this.#ports;
		const process = { pid: ledger.pid(slot), start: ledger.start(slot), slot, pidfd: -1, since: 0 };
		const entry = newEntry(ledger.name(slot), 'run', {
			process: { ...process, log: undefined, token: 0, executed: true },
		});
		if (ledger.err(slot) === 0 && ledger.stage(slot) >= execStage) {
			interpreter.tell(entry, 'process.exited', [endField(endOf(ledger.status(slot)))]);
		} else {
			interpreter.tell(entry, 'process.failed');
		}
	}

	#aside(slot: number): void {
		const { ledger, asides, table, native } = this.#ports;
		const name = ledger.name(slot);
		const entry = table.get(name) ?? newEntry(name, 'daemon');
		const pidfd = ledger.state(slot) === slotState.intent ? native.pidfdOpen(ledger.pid(slot)) : -1;
		const isRunning = ledger.state(slot) === slotState.intent && pidfd >= 0;
		if (!isRunning && pidfd >= 0) {
			native.close(pidfd);
		}
		const about = { pid: ledger.pid(slot), pidfd, slot, start: ledger.start(slot), since: Date.now() };
		const main = { ...about, log: undefined, token: 0, executed: true };
		asides.takeOver(entry, slot, isRunning ? main : undefined);
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
			this.#awaitReply(slot);
		}
		ends.free(slot);
	}

	/** The keeper answers on a connection of the daemon that died; its number is free only after that. */
	#awaitReply(slot: number): void {
		const { ledger, ends, reserve, release } = this.#ports;
		const conn = ledger.conn(slot);
		if (conn >= 0) {
			reserve(conn);
			ends.whenReplied(conn, () => release(conn));
		}
	}
}

/** What must have been fed in the turn that was not written down, for a start was begun in it. */
function lostInput(state: State): Input | undefined {
	switch (state.tag) {
		case 'waiting':
			return { tag: 'fire' };
		case 'backoff':
			return { tag: 'timeout', at: Date.now() };
		case 'stopped':
		case 'exited':
		case 'failed':
			return { tag: 'start' };
		default:
			return undefined;
	}
}
