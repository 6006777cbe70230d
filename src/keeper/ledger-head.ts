const at = {
	keeper: 12, seq: 32, start: 40, logger: 48, generation: 56, beat: 60, answered: 64, handover: 68, asker: 72,
	keepers: 76, outlived: 80, requests: 92, minder: 188,
} as const; // biome-ignore format: a table is read by its columns

/** The head of the ledger: who works with it, and the numbers that are given out. `ledger_head` of native/core/ledger.h. */
export class LedgerHead {
	protected readonly words: Int32Array;
	protected readonly doubles: Float64Array;

	constructor(memory: ArrayBuffer) {
		this.words = new Int32Array(memory);
		this.doubles = new Float64Array(memory);
	}

	/** The keeper's pid. */
	get keeper(): number {
		return this.load(at.keeper);
	}

	/** Pid of archon-log, 0 while there is none. */
	get logger(): number {
		return this.load(at.logger);
	}

	/** Pids of archon's own processes that run beside this daemon: keeper, minder, archon-log. */
	get beside(): readonly number[] {
		return [this.keeper, this.load(at.minder), this.logger].filter((pid) => pid > 0);
	}

	/** How often a daemon was started under this keeper; 1 for each that is tried until the first has said Hello. */
	get generation(): number {
		return this.load(at.generation);
	}

	/** How many keepers there have been: each but the last was killed. */
	get keepers(): number {
		return this.load(at.keepers);
	}

	/** Says that this daemon does something: one that does not, though it is waited for, is killed by the keeper. */
	beat(): void {
		Atomics.add(this.words, at.beat / 4, 1);
	}

	/** Says that this daemon has answered a request: whatever becomes of it, it was of use. */
	answered(): void {
		this.store(at.answered, this.generation);
	}

	/** The format in which the keeper would leave all to another program. */
	get handover(): number {
		return this.load(at.handover);
	}

	/** The number under which the keeper has the connection of whoever asked for an upgrade; undefined: nobody waits. */
	get asker(): number | undefined {
		const asker = this.load(at.asker);
		return asker === 0 ? undefined : asker - 1;
	}

	set asker(number: number | undefined) {
		this.store(at.asker, number === undefined ? 0 : number + 1);
	}

	get seq(): number {
		return this.doubles[at.seq / 8] ?? 0;
	}

	set seq(value: number) {
		this.doubles[at.seq / 8] = value;
	}

	/** The next start number, never given out before. */
	nextStart(): number {
		const start = (this.doubles[at.start / 8] ?? 0) + 1;
		this.doubles[at.start / 8] = start;
		return start;
	}

	/** The newest start number given out. */
	get newestStart(): number {
		return this.doubles[at.start / 8] ?? 0;
	}

	/** No start number at or under this one is given out again. */
	raiseStart(floor: number): void {
		this.doubles[at.start / 8] = Math.max(this.doubles[at.start / 8] ?? 0, floor);
	}

	/** A number for a request, or for a piece of what was taken from a connection; never 0, never given out before. */
	nextRequest(): number {
		const number = (this.load(at.requests) + 1) >>> 0 || 1;
		this.store(at.requests, number | 0);
		return number;
	}

	/** Whether a start was made under an earlier keeper: its process is not this one's child. */
	isOfEarlier(start: number): boolean {
		return start <= (this.doubles[at.outlived / 8] ?? 0);
	}

	/** `offset` in bytes, as everywhere in the ledger. */
	protected load(offset: number): number {
		return Atomics.load(this.words, offset / 4);
	}

	protected store(offset: number, value: number): void {
		Atomics.store(this.words, offset / 4, value);
	}
}
