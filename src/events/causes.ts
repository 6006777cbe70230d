/**
 * Because of which event something is being done. Whatever is told meanwhile carries that event's number, `cause=`; who
 * goes on with it later keeps it (see supervisor/cause.ts). Nothing done by request or by itself has one.
 */
export class Causes {
	#seq: number | undefined;
	#own: ReadonlyMap<string, number> | undefined;

	/** The number of the event because of which something is being done with that process. */
	of(name: string): number | undefined {
		return this.#own?.get(name) ?? this.#seq;
	}

	/**
	 * Does this because of the event of that number, with `own` for some names because of others; undefined: because of
	 * none. Only what is done at once counts.
	 */
	during<T>(seq: number | undefined, act: () => T, own?: ReadonlyMap<string, number>): T {
		const [outer, outerOwn] = [this.#seq, this.#own];
		this.#seq = seq;
		this.#own = own;
		try {
			return act();
		} finally {
			this.#seq = outer;
			this.#own = outerOwn;
		}
	}
}
