import type { Refusal } from '../base/refusal.ts';
import type { Journal } from '../events/journal.ts';
import type { Channel } from '../keeper/channel.ts';
import { execStage, type Ledger, slotState } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { fresh } from '../process/moves.ts';
import type { Life } from '../process/state.ts';
import { type About, adopt } from './adopt.ts';
import type { Page } from './book/page.ts';
import { cgroupOf } from './book/restore.ts';
import type { Cgroups } from './cgroups.ts';
import type { Ends } from './ends.ts';
import type { Entry } from './entry.ts';
import { newEntry } from './new-entry.ts';
import type { Outlived } from './outlived.ts';
import type { LogInUse, LogPair, Output } from './output.ts';
import { frontOf } from './overlap-of.ts';
import { startedAt } from './proc-stat.ts';
import type { Starts } from './starts.ts';
import type { Table } from './table.ts';
import { startsTold, type ToldStarts } from './told.ts';

export type AdoptingPorts = {
	readonly native: Pick<Addon, 'pidfdOpen' | 'close'>;
	readonly ledger: Ledger;
	readonly journal: Journal;
	readonly channel: Channel;
	readonly starts: Starts;
	readonly ends: Ends;
	readonly table: Table;
	readonly output: Output;
	readonly outlived: Pick<Outlived, 'hold'>;
	readonly cgroups: Cgroups | Refusal;
	/** The keeper still answers on that connection. */
	readonly reserve: (conn: number) => void;
	readonly release: (conn: number) => void;
	/** A run goes on that no client waits for. */
	readonly goesOnAlone: (entry: Entry) => void;
};

/** What became of the places in the ledger. */
export type Adopted = {
	/** Runs that go on or have an end that is not told, of which nothing was written down. */
	readonly runs: readonly Entry[];
	/** Of processes that have ended; that is to be settled. */
	readonly ended: readonly number[];
	/** Of runs whose end is told. */
	readonly settled: readonly number[];
	/** Of daemons whose end is told: what they left is to be ended. */
	readonly over: readonly number[];
};

/** Finds whose each process is that a daemon that died had started, and makes it that again. Nothing is told. */
export class Adopting {
	readonly #ports: AdoptingPorts;
	readonly #pages: ReadonlyMap<Entry, Page>;
	/** The logs of processes that go on. */
	#logs: ReadonlyMap<number, LogPair> = new Map();
	/** In whose slots they are: one that has ended may have had the same. */
	#slots: ReadonlyMap<number, number> = new Map();
	readonly #runs: Entry[] = [];
	readonly #ended: number[] = [];
	readonly #settled: number[] = [];
	readonly #over: number[] = [];
	#told: ToldStarts | undefined;
	readonly #byStart = new Map<number, Entry>();

	constructor(ports: AdoptingPorts, pages: ReadonlyMap<Entry, Page>) {
		this.#ports = ports;
		this.#pages = pages;
		for (const [entry, { process }] of pages) {
			if (process !== undefined && entry.kind === 'daemon') {
				this.#byStart.set(process.start, entry);
			}
		}
	}

	/** Looks through the ledger. */
	all(): Adopted {
		const { ledger, output } = this.#ports;
		const slots = ledger.used();
		// The output of one that was never born is nobody's: archon-log gives it back.
		const goesOn = (slot: number) =>
			['daemon', 'run'].includes(ledger.kind(slot)) &&
			ledger.state(slot) === slotState.intent &&
			ledger.pid(slot) !== 0;
		const useOf = (slot: number): LogInUse => ({
			kind: ledger.kind(slot),
			name: this.#logOf(slot),
			isLost: ledger.hasOutlived(slot),
		});
		const going = slots.filter(goesOn);
		this.#slots = new Map(going.map((slot) => [ledger.log(slot), slot]));
		const inUse = going.map((slot) => [ledger.log(slot), useOf(slot)] as const);
		this.#logs = output.takeOver(new Map(inUse));
		for (const slot of slots.filter((it) => !this.#isNeverBorn(it))) {
			if (ledger.kind(slot) === 'daemon') {
				this.#daemon(slot);
			} else if (ledger.kind(slot) === 'run') {
				this.#run(slot);
			}
		}
		return { runs: this.#runs, ended: this.#ended, settled: this.#settled, over: this.#over };
	}

	#daemon(slot: number): void {
		const { ledger, table, starts } = this.#ports;
		const entry = this.#ownerOf(slot) ?? table.get(ledger.name(slot));
		const page = entry && this.#pages.get(entry);
		const start = ledger.start(slot);
		if (entry === undefined || (page !== undefined && page.process?.slot !== slot && start <= page.newest)) {
			this.#over.push(slot);
			return;
		}
		if (page?.process?.slot === slot && page.process.start === start) {
			const { since, executed } = page.process;
			if (!this.adopt(entry, slot, { since, executed })) {
				this.#ended.push(slot);
			}
			return;
		}
		const earlier = starts.begun.add(entry, slot);
		if (earlier !== undefined) {
			this.#over.push(earlier);
		}
	}

	/** What the log of a process goes by: of one that was born beside another that other's name. */
	#logOf(slot: number): string {
		const owner = this.#ownerOf(slot);
		return owner === undefined ? this.#ports.ledger.name(slot) : frontOf(owner).name;
	}

	/** Whose process it is by what was written down: one that took the place of another has not the name it was born with. */
	#ownerOf(slot: number): Entry | undefined {
		const entry = this.#byStart.get(this.#ports.ledger.start(slot));
		return entry !== undefined && this.#pages.get(entry)?.process?.slot === slot ? entry : undefined;
	}

	/** Makes the process in a slot that of an entry again: whether it still runs. */
	adopt(entry: Entry, slot: number, known: Pick<About, 'since' | 'executed'>): boolean {
		const place = this.#ports.ledger.log(slot);
		const log = this.#slots.get(place) === slot ? this.#logs.get(place) : undefined;
		return adopt(this.#ports, entry, slot, { ...known, log, cgroup: cgroupOf(this.#ports, entry) });
	}

	#run(slot: number): void {
		const { ledger, table } = this.#ports;
		const start = ledger.start(slot);
		const named = table.get(ledger.name(slot));
		const known = named && this.#pages.get(named)?.process?.start === start ? named : undefined;
		const told = this.#toldStarts();
		if (known === undefined && told.ended.has(start)) {
			this.#settled.push(slot);
			return;
		}
		const since = startedAt(ledger.pid(slot)) ?? Date.now();
		const isLost = ledger.newestAt(slot) < told.lost && ledger.stage(slot) >= execStage;
		const hasStarted = told.started.has(start) || isLost;
		const entry = known ?? newEntry(ledger.name(slot), 'run', { life: runLife(hasStarted, since) });
		if (!this.adopt(entry, slot, { since, executed: hasStarted })) {
			this.#ended.push(slot);
		} else if (ledger.conn(slot) < 0) {
			this.#ports.goesOnAlone(entry);
		}
		if (known === undefined) {
			this.#runs.push(entry);
			table.add(entry);
		}
		awaitReply(this.#ports, slot);
	}

	/** Read when first needed, and before anything is told that would be found there. */
	#toldStarts(): ToldStarts {
		const { ledger, journal } = this.#ports;
		if (this.#told === undefined) {
			const runs = ledger.used().filter((slot) => ledger.kind(slot) === 'run');
			const after = runs.reduce(
				(least, slot) => Math.min(least, ledger.newestAt(slot)),
				Number.POSITIVE_INFINITY,
			);
			this.#told = startsTold(journal, after);
		}
		return this.#told;
	}

	/** The clone never happened, be it of a command beside a service: whoever asked for it asks again, or on its connection nothing was promised. */
	#isNeverBorn(slot: number): boolean {
		const { ledger, channel } = this.#ports;
		if (ledger.state(slot) !== slotState.intent || ledger.pid(slot) !== 0) {
			return false;
		}
		if (ledger.conn(slot) >= 0 && !ledger.connections.isWhole(ledger.conn(slot))) {
			channel.dropConnection(ledger.conn(slot));
		}
		ledger.release(slot);
		return true;
	}
}

/** The keeper answers on a connection that nobody has any more; its number is free only after that. */
export function awaitReply(
	{ ledger, ends, reserve, release }: Pick<AdoptingPorts, 'ledger' | 'ends' | 'reserve' | 'release'>,
	slot: number,
): void {
	const conn = ledger.conn(slot);
	if (conn >= 0 && !ledger.connections.isWhole(conn)) {
		reserve(conn);
		ends.whenReplied({ conn, request: ledger.request(slot) }, () => release(conn));
	}
}

/** Of a run that nothing was written down of. */
function runLife(hasStarted: boolean, since: number): Life {
	const starting = { tag: 'starting', first: true, spawned: false, since: 0 } as const;
	return { state: hasStarted ? { tag: 'running', since } : starting, history: fresh };
}
