import { type Refusal, refuse } from '../base/refusal.ts';

/** The rule that is this far down a chain of events that rules caused is refused. */
export const chainEnd = 16;
/** So many rules may answer what one event brought about, in all its branches. */
export const widestChain = 1000;
/** Half of how many events are remembered that rules answered: not fewer than may wait for the rules at a time. */
const generation = 65_536;

/** Up to this event, itself included: how many rules answered one after the other, and what all of the branches share. */
type Link = { readonly rules: number; readonly whole: { fired: number; isTold: boolean } };

/**
 * Who caused whom: the events that rules answered, each a link behind the one that caused it, so that rules that call
 * each other for ever come to an end. Of some 100 000 such events the oldest are forgotten; what they cause later
 * begins anew.
 */
export class Chains {
	#young = new Map<number, Link>();
	#old: ReadonlyMap<number, Link> = new Map();

	/**
	 * A rule is about to answer the event of that number, which was caused by that of number `cause`. True: it may; a
	 * refusal: it may not, which is to be told; false: it may not, and that was told already.
	 */
	join(seq: number, cause: number | undefined): boolean | Refusal {
		const { rules, whole } = this.link(seq, cause);
		if (rules > chainEnd) {
			return false;
		}
		if (rules === chainEnd) {
			return refuse(`it is the ${chainEnd}th rule in a chain of events that rules caused: nothing is done`);
		}
		whole.fired++;
		if (whole.fired <= widestChain) {
			return true;
		}
		if (whole.isTold) {
			return false;
		}
		whole.isTold = true;
		return refuse(`${widestChain} rules answered what one event brought about: nothing more is done`);
	}

	/** What this event causes is behind it in the chain from now on. */
	link(seq: number, cause: number | undefined): Link {
		const known = this.#find(seq);
		if (known !== undefined) {
			return known;
		}
		const before = cause === undefined ? undefined : this.#find(cause);
		const link = { rules: (before?.rules ?? 0) + 1, whole: before?.whole ?? { fired: 0, isTold: false } };
		if (this.#young.size >= generation) {
			this.#old = this.#young;
			this.#young = new Map();
		}
		this.#young.set(seq, link);
		return link;
	}

	#find(seq: number): Link | undefined {
		return this.#young.get(seq) ?? this.#old.get(seq);
	}
}
