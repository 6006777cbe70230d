/** The daemon's view of the table that it shares with the keeper: native/core/ledger.h is the layout. */

import type { Again } from '../native/addon.ts';
import { ConnectionPlaces } from './connection-places.ts';
import { ExitRing } from './exit-ring.ts';
import { Feedings } from './feedings.ts';
import { LedgerHead } from './ledger-head.ts';
import { LogPlaces } from './log-places.ts';
import { Reloads } from './reloads.ts';

export const slotCount = 16384;
const nameSize = 68;
const at = {
	high: 24, head: 28, logHigh: 52, reload: 400,
	pids: 4096, exits: 4096 + 4 * slotCount, logs: 4096 + 12 * slotCount, slots: 4096 + 52 * slotCount,
	connections: 4096 + 212 * slotCount,
} as const; // biome-ignore format: a table is read by its columns
const slotWords = 160 / 4;
const [fedWord, keptWord, requestWord, askedWord, newestDouble, begunDouble] = [5, 33, 34, 35, 18, 19];
const magic = 0x41524348;
export const ledgerVersion = 6;

export const slotState = { free: 0, intent: 1, exited: 2, replied: 3 } as const;
const kinds = { run: 1, daemon: 2, aside: 3, binder: 4 } as const;
const kindNames = Object.keys(kinds) as SlotKind[];
export type SlotKind = keyof typeof kinds;

/** The steps of a start, in the order of enum spawn_stage. */
export const stages = [
	'clone', 'cgroup', 'descriptor table', 'signals', 'session', 'descriptors', 'limits', 'nice', 'oom score', 'bind', 'groups',
	'user', 'directory', 'no_new_privs', 'exec',
] as const; // biome-ignore format: in few lines
export const execStage = stages.length - 1;

export type Claim = {
	readonly kind: SlotKind;
	/** The keeper's connection that gets the `ExitStatus`, or -1. */
	readonly conn: number;
	readonly log: number;
	readonly name: string;
	/** The number of the request that asks for it; none: it is not known by one. */
	readonly request?: number;
};

export class Ledger extends LedgerHead {
	/** The slots whose processes ended. */
	readonly exits: ExitRing;
	readonly feedings: Feedings;
	readonly logs: LogPlaces;
	readonly connections: ConnectionPlaces;
	readonly reloads: Reloads;
	private readonly bytes: Uint8Array;
	private lowest = 0;

	constructor(memory: ArrayBuffer) {
		super(memory);
		this.bytes = new Uint8Array(memory);
		const [found, version, slots] = this.words;
		if (found !== magic) {
			throw new Error('descriptor 5 is no ledger');
		}
		if (version !== ledgerVersion || slots !== slotCount) {
			throw new Error(`the ledger is of version ${version}, this archon knows ${ledgerVersion}`);
		}
		this.exits = new ExitRing(this.words, at.head / 4, at.exits / 4, 2 * slotCount);
		this.feedings = new Feedings(this.words, at.slots / 4 + fedWord, slotWords);
		this.logs = new LogPlaces(this.words, at.logHigh / 4, at.logs / 4, slotCount);
		this.connections = new ConnectionPlaces(this.words, at.connections / 4, slotCount);
		this.reloads = new Reloads(this.words, at.reload / 4);
	}

	/** Claims the lowest free slot and writes what a start needs, the state last; undefined when all are taken. */
	claim(claim: Claim): { slot: number; start: number } | undefined {
		const slot = this.lowestFree();
		if (slot === undefined) {
			return undefined;
		}
		const word = at.slots / 4 + slot * slotWords;
		const start = this.nextStart();
		this.words.fill(0, word, word + slotWords);
		this.words[word + 4] = claim.conn;
		this.doubles[word / 2 + 3] = start;
		this.doubles[word / 2 + newestDouble] = this.seq;
		this.doubles[word / 2 + begunDouble] = Date.now();
		this.words[word + 10] = kinds[claim.kind];
		this.words[word + 11] = claim.log;
		this.words[word + requestWord] = (claim.request ?? 0) | 0;
		for (let i = 0; i < claim.name.length; i++) {
			this.bytes[word * 4 + 64 + i] = claim.name.charCodeAt(i);
		}
		this.store(at.pids + 4 * slot, 0);
		if (slot >= this.load(at.high)) {
			this.store(at.high, slot + 1);
		}
		Atomics.store(this.words, word, slotState.intent);
		return { slot, start };
	}

	release(slot: number): void {
		this.store(at.pids + 4 * slot, 0);
		Atomics.store(this.words, at.slots / 4 + slot * slotWords, slotState.free);
		this.lowest = Math.min(this.lowest, slot);
	}

	pid(slot: number): number {
		return this.load(at.pids + 4 * slot);
	}

	state(slot: number): number {
		return this.field(slot, 0);
	}

	stage(slot: number): number {
		return this.field(slot, 1);
	}

	/** errno of the step that failed, 0 when none did. */
	err(slot: number): number {
		return this.field(slot, 2);
	}

	/** The wait status, once the state is `exited`. */
	status(slot: number): number {
		return this.field(slot, 3);
	}

	conn(slot: number): number {
		return this.field(slot, 4);
	}

	/** The number of the request that asked for it, or 0. */
	request(slot: number): number {
		return this.field(slot, requestWord) >>> 0;
	}

	/** The place of its log, or -1. */
	log(slot: number): number {
		return this.field(slot, 11);
	}

	start(slot: number): number {
		return this.doubles[(at.slots / 4 + slot * slotWords) / 2 + 3] ?? 0;
	}

	/** The newest event when that start was made: all of its own come after. */
	newestAt(slot: number): number {
		const noted = this.doubles[(at.slots / 4 + slot * slotWords) / 2 + newestDouble] ?? 0;
		// An archon that did not note it made no start whose number is over that of its first event.
		return noted > 0 ? noted : Math.max(0, this.start(slot) - 1);
	}

	/** When that start was made, before there was a process, milliseconds since 1970; 0: an archon that did not note it made it. */
	begun(slot: number): number {
		return this.doubles[(at.slots / 4 + slot * slotWords) / 2 + begunDouble] ?? 0;
	}

	/** When the keeper saw the end, milliseconds since 1970. */
	ended(slot: number): number {
		return this.doubles[(at.slots / 4 + slot * slotWords) / 2 + 4] ?? 0;
	}

	/** By what its process is found again, where that was noted. */
	again(slot: number): Again {
		const double = (at.slots / 4 + slot * slotWords) / 2 + 6;
		return { handle: this.doubles[double] ?? 0, began: this.doubles[double + 1] ?? 0 };
	}

	setAgain(slot: number, { handle, began }: Again): void {
		const double = (at.slots / 4 + slot * slotWords) / 2 + 6;
		this.doubles[double] = handle;
		this.doubles[double + 1] = began;
	}

	/** The number under which the keeper holds a pidfd of its process (kept.ts), or -1. */
	kept(slot: number): number {
		return this.field(slot, keptWord) - 1;
	}

	setKept(slot: number, number: number): void {
		Atomics.store(this.words, at.slots / 4 + slot * slotWords + keptWord, number + 1);
	}

	/** Whether its process was sent its stop signal; never known of a foreign one, which has no place here. */
	isAsked(slot: number): boolean {
		return slot >= 0 && this.field(slot, askedWord) !== 0;
	}

	setAsked(slot: number): void {
		if (slot >= 0) {
			Atomics.store(this.words, at.slots / 4 + slot * slotWords + askedWord, 1);
		}
	}

	/** An earlier keeper had its process started: it is not this one's child, whose end nobody tells. */
	hasOutlived(slot: number): boolean {
		return this.isOfEarlier(this.start(slot));
	}

	/** Writes the end of such a process; `status` is -1 where it is not known. */
	end(slot: number, status: number, ended: number): void {
		const word = at.slots / 4 + slot * slotWords;
		Atomics.store(this.words, word + 3, status);
		this.doubles[word / 2 + 4] = ended;
		Atomics.store(this.words, word, slotState.exited);
	}

	kind(slot: number): SlotKind {
		return kindNames[this.field(slot, 10) - 1] ?? 'daemon';
	}

	name(slot: number): string {
		const from = at.slots + slot * slotWords * 4 + 64;
		const end = this.bytes.indexOf(0, from);
		return Buffer.from(this.bytes.subarray(from, Math.min(end, from + nameSize))).toString('latin1');
	}

	/** The slots that were ever used, for a daemon that takes over. */
	used(): number[] {
		const found: number[] = [];
		const high = this.load(at.high);
		for (let slot = 0; slot < high; slot++) {
			if (this.state(slot) !== slotState.free) {
				found.push(slot);
			}
		}
		return found;
	}

	private lowestFree(): number | undefined {
		for (let slot = this.lowest; slot < slotCount; slot++) {
			if (this.state(slot) === slotState.free) {
				this.lowest = slot + 1;
				return slot;
			}
		}
		this.lowest = slotCount;
		return undefined;
	}

	private field(slot: number, word: number): number {
		return Atomics.load(this.words, at.slots / 4 + slot * slotWords + word);
	}
}
