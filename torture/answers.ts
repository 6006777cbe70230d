/** The file of the rules that behave. */
const behaving = 'file=kind.lua';

/** An end that a rule is to answer, and what of it is there. */
type Due = { isFired: boolean; isTold: boolean };

/**
 * What the rules answer: each end of `weak` is told once more by one, for each of `short` another runs a program. None
 * fires twice for an end or without one, whatever dies, and no rule that behaves is blamed.
 */
export class Answers {
	readonly #due = new Map<number, Due>();

	/** An end was told that is to be answered. */
	ended(seq: number, name: string): void {
		this.#due.set(seq, { isFired: false, isTold: name !== 'weak' });
	}

	/** A rule fired because of the event `cause`. */
	fired(cause: number, fields: string): string[] {
		if (!fields.includes(behaving)) {
			return [];
		}
		const due = this.#due.get(cause);
		if (due === undefined || due.isFired) {
			return [`a rule fired ${due ? 'twice' : 'without reason'} for the event ${cause}`];
		}
		due.isFired = true;
		return [];
	}

	/** `weak.ended` was told of the end `of`. */
	told(of: number): string[] {
		const due = this.#due.get(of);
		if (due === undefined || due.isTold) {
			return [`a rule told of the end ${of} ${due ? 'twice' : 'that there was not'}`];
		}
		due.isTold = true;
		return [];
	}

	/** A rule is said to be wrong. */
	blamed(fields: string): string[] {
		return fields.includes(behaving) ? [`a rule that behaves is blamed: ${fields}`] : [];
	}
}
