import { isOfRule } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Stage } from './stage.ts';

/** The file of the rules that behave. */
const behaving = 'file=kind.lua';

/**
 * In so many rounds each end is answered: a daemon that begins reads its rules first, and to wait for that after each round
 * would cost more than the round.
 */
const rounds = 4;

/** An end that a rule is to answer, and what of it is there. */
type Due = { readonly name: string; isFired: boolean; isTold: boolean; mayBeHit: boolean };

/**
 * What the rules answer: each end of `weak` is told once more by one, for each of `short` another runs a program once. Each
 * has fired once, whatever dies, and no rule that behaves is blamed.
 */
export class Answers {
	readonly #due = new Map<number, Due>();
	/** Ends that were answered. */
	readonly #done = new Set<number>();
	/** The newest event of each of the last rounds. */
	#newest: number[] = [];
	/** How many programs of rules were hit in the rounds before, and for how many so far a rule was blamed. */
	#hits = 0;
	#blames = 0;

	/** An end was told that is to be answered. */
	ended(seq: number, name: string): void {
		this.#due.set(seq, { name, isFired: false, isTold: name !== 'weak', mayBeHit: false });
	}

	/** A rule fired because of the event `cause`. */
	fired(cause: number, fields: string): string[] {
		if (!fields.includes(behaving)) {
			return [];
		}
		const due = this.#due.get(cause);
		if (due === undefined || due.isFired) {
			return [
				`a rule fired ${due || this.#done.has(cause) ? 'twice' : 'without reason'} for the event ${cause}`,
			];
		}
		due.isFired = true;
		return [];
	}

	/** `weak.ended` was told of the end `of`. */
	told(of: number): string[] {
		const due = this.#due.get(of);
		if (due === undefined || due.isTold) {
			return [`a rule told of the end ${of} ${due || this.#done.has(of) ? 'twice' : 'that there was not'}`];
		}
		due.isTold = true;
		return [];
	}

	/** A rule is said to be wrong: it is not, unless the program that it had run was hit before it ran. */
	blamed(fields: string, deeds: Deeds): string[] {
		if (!fields.includes(behaving)) {
			return [];
		}
		if (fields.includes('it was killed before it ran') && this.#blames < this.#hits + hitsIn(deeds)) {
			this.#blames++;
			return [];
		}
		return [`a rule that behaves is blamed: ${fields}`];
	}

	/** A round is over, with that event. */
	next(newest: number, deeds: Deeds): void {
		this.#hits += hitsIn(deeds);
		this.#newest = [...this.#newest, newest].slice(-rounds);
	}

	/** Takes out what is answered; what is not, though it had time. */
	missing(stage: Stage, { touched }: Deeds): string[] {
		const upTo = this.#newest.length < rounds ? 0 : (this.#newest[0] ?? 0);
		const begun = stage.record.begun();
		const mayBeHit = [...touched].some(isOfRule);
		return [...this.#due].flatMap(([seq, due]) => {
			due.mayBeHit ||= mayBeHit;
			const isRun = due.name !== 'short' || begun.has(`rule:${seq}`) || due.mayBeHit;
			if (due.isFired && due.isTold && isRun) {
				this.#due.delete(seq);
				this.#done.add(seq);
				return [];
			}
			const lacks = due.isFired ? (isRun ? 'was not told of' : 'had no program run') : 'had no rule fire';
			return seq > upTo ? [] : [`the end ${seq} of ${due.name} ${lacks}`];
		});
	}
}

/** How many programs of rules were hit in a round. */
function hitsIn({ hit }: Deeds): number {
	return [...hit.values()].filter(isOfRule).length;
}
