import { failing } from './cast.ts';
import type { Deeds } from './deeds.ts';
import { type Note, Notes } from './notes.ts';
import type { Row, Stage } from './stage.ts';
import { isAlive } from './system.ts';

/** The back-off of `failing` after the n-th failure in a row, milliseconds. */
const delayOf = (row: number) => Math.min(10 * 2 ** (row - 1), 320);

/** What a clock and a timer of whole milliseconds may be off by. */
const blur = 2;

/** While it was asked for a start anew: when it was asked, and when that was done for sure. */
export type Asking = { readonly from: number; to: number };

/** A life as it noted it; `end`: when it ended by itself. */
type Life = { readonly pid: number; readonly begun: number; end: number | undefined };

/** One that always fails: no start of it comes before its back-off has gone by, and each is counted. */
export class Growth {
	readonly #notes: Notes;
	readonly #lives: Life[] = [];
	/** How many failures in a row there were at least before the next start. */
	#row = 0;
	#asking: Asking | undefined;
	/** How many lives there were before its count began: as far as that is known. */
	#base = { from: 0, to: 0 };
	#isBaseKnown = true;
	/** How many waits were measured. */
	measured = 0;

	constructor(stage: Stage) {
		this.#notes = new Notes(stage.paths.notes, failing);
	}

	/** Reads what is new; returns the starts that came too early. */
	read(deeds: Deeds): string[] {
		this.#asking = deeds.asking ?? this.#asking;
		const wrong = this.#notes.news().flatMap((note) => this.#one(note));
		if (deeds.asking !== undefined) {
			const { from, to } = deeds.asking;
			this.#base = { from: this.#before(from), to: this.#before(to) };
			this.#isBaseKnown = false;
			deeds.asking = undefined;
		}
		return wrong;
	}

	/** `unwritten`: how many were killed before they wrote down that they had begun. */
	isCounted(rows: readonly Row[], unwritten: number): string[] {
		const { state, restarts } = rows.find((row) => row['name'] === failing) ?? {};
		const last = this.#lives.at(-1);
		if (state !== 'backoff' || (last !== undefined && isAlive(last.pid))) {
			return [`${failing} is ${state}, and never comes to wait`];
		}
		const base = this.#lives.length + unwritten - 1 - Number(restarts);
		const from = this.#base.from;
		const to = this.#base.to + (this.#isBaseKnown ? 0 : unwritten);
		if (base < from || base > to) {
			return [
				`${failing} says ${restarts} restarts after ${this.#lives.length} lives and ${unwritten} unwritten, of which ${from} to ${to} do not count`,
			];
		}
		this.#base = { from: base, to: base };
		this.#isBaseKnown = true;
		return [];
	}

	/** How many lives it noted. */
	get lives(): number {
		return this.#lives.length;
	}

	#before(at: number): number {
		return this.#lives.filter(({ begun }) => begun < at).length;
	}

	#one({ at, what, text }: Note): string[] {
		const last = this.#lives.at(-1);
		if (what === 'end' && last !== undefined) {
			last.end = at;
			return [];
		}
		this.#lives.push({ pid: Number(text), begun: at, end: undefined });
		if (last === undefined || this.#isAsked(last.begun, at)) {
			this.#row = 0;
			return [];
		}
		this.#row++;
		this.measured++;
		const [since, delay] = [last.end ?? last.begun, delayOf(this.#row)];
		return at - since < delay - blur
			? [
					`${failing} (${text}) began ${at - since} ms after ${last.pid} had ended, not ${delay} (${this.#row} failures)`,
				]
			: [];
	}

	/** Whether it may have been started because somebody asked for it. */
	#isAsked(last: number, begun: number): boolean {
		const { from, to } = this.#asking ?? { from: 0, to: 0 };
		return begun >= from && last <= to;
	}
}
