/** The places for logs in the ledger: `struct ledger_log` of native/core/ledger.h. */

export const logState = { free: 0, open: 1, retired: 2, done: 3 } as const;

/** What a log is bounded by: bytes of one file, and files, the one in use counted. */
export type LogLimits = { readonly max: number; readonly keep: number };

const placeWords = 40 / 4;
const word = { state: 0, busy: 1, keep: 3, max: 4 } as const;

export class LogPlaces {
	private readonly words: Int32Array;
	private readonly highAt: number;
	private readonly from: number;
	private readonly count: number;
	private lowest = 0;

	/** `highAt`: the word that says which were ever used; `from`: where they begin, in words. */
	constructor(words: Int32Array, highAt: number, from: number, count: number) {
		this.words = words;
		this.highAt = highAt;
		this.from = from;
		this.count = count;
	}

	/** Claims the lowest free one, already `open`; undefined when all are taken. */
	claim(): number | undefined {
		for (let log = this.lowest; log < this.count; log++) {
			if (this.state(log) === logState.free) {
				this.lowest = log + 1;
				this.words.fill(0, this.from + log * placeWords, this.from + (log + 1) * placeWords);
				if (log >= this.high) {
					Atomics.store(this.words, this.highAt, log + 1);
				}
				this.setState(log, logState.open);
				return log;
			}
		}
		return undefined;
	}

	state(log: number): number {
		return this.load(log, word.state);
	}

	setState(log: number, state: number): void {
		this.store(log, word.state, state);
		if (state === logState.free) {
			this.lowest = Math.min(this.lowest, log);
		}
	}

	/** Returns whether they were others before. */
	setLimits(log: number, { max, keep }: LogLimits): boolean {
		const wanted = [keep, (max % 2 ** 32) | 0, Math.floor(max / 2 ** 32)];
		if (wanted.every((value, i) => this.load(log, word.keep + i) === value)) {
			return false;
		}
		for (const [i, value] of wanted.entries()) {
			this.store(log, word.keep + i, value);
		}
		return true;
	}

	/** Whether archon-log holds bytes of either stream that are not in the file yet. */
	isBusy(log: number): boolean {
		return this.load(log, word.busy) !== 0 || this.load(log, word.busy + 1) !== 0;
	}

	/** Places from here on were never used. */
	get high(): number {
		return Atomics.load(this.words, this.highAt);
	}

	private load(log: number, at: number): number {
		return Atomics.load(this.words, this.from + log * placeWords + at);
	}

	private store(log: number, at: number, value: number): void {
		Atomics.store(this.words, this.from + log * placeWords + at, value);
	}
}
