/** Tells whether a read may hold, or begin, a request that outlives the daemon: then it is written down. */
export class WorthKeeping {
	readonly #names: readonly string[];
	readonly #begins: RegExp;

	/** `names`: of these requests. */
	constructor(names: readonly string[]) {
		this.#names = names;
		this.#begins = new RegExp(`(?:^|\\n)"?(?:${names.join('|')})`);
	}

	/** True also for some others: a line break inside of quotes, a longer name. */
	isIn(text: string): boolean {
		return this.#begins.test(text) || this.#mayGoOn(text.slice(text.lastIndexOf('\n') + 1));
	}

	/** The name may be cut off by the end of the read. */
	#mayGoOn(last: string): boolean {
		const name = last.startsWith('"') ? last.slice(1) : last;
		return last !== '' && this.#names.some((it) => it.startsWith(name));
	}
}
