import { Ends } from './ends.ts';
import { Tail } from './tail.ts';

/** What the processes write down themselves when they begin, and some before they end: a name and a pid each line, then `end`. */
export class Record {
	readonly #tail: Tail;
	readonly #begun = new Map<string, number[]>();
	readonly #twice = new Set<string>();
	readonly #finished = new Set<string>();
	readonly #followers: { readonly names: ReadonlySet<string> | undefined; readonly ends: Ends }[] = [];
	readonly #all = this.follow();

	constructor(path: string) {
		this.#tail = new Tail(path);
	}

	/** Pids of what each name began, in that order. */
	begun(): ReadonlyMap<string, readonly number[]> {
		for (const line of this.#tail.lines()) {
			const [name = '', pid, what] = line.split(' ');
			if (what === 'end') {
				this.#finished.add(name);
			} else {
				this.#one(name, Number(pid));
			}
		}
		return this.#begun;
	}

	/** How many began of each of these names. */
	counts(names: Iterable<string>): ReadonlyMap<string, number> {
		const begun = this.begun();
		return new Map([...names].map((name) => [name, begun.get(name)?.length ?? 0]));
	}

	/** Names that began more than once. */
	twice(): ReadonlySet<string> {
		this.begun();
		return this.#twice;
	}

	/** Names that came to their end: they have written all that they write. */
	finished(): ReadonlySet<string> {
		this.begun();
		return this.#finished;
	}

	/** Follows who ends of those that begin from now on, or of these names alone. */
	follow(names?: Iterable<string>): Ends {
		const ends = new Ends();
		this.#followers.push({ names: names && new Set(names), ends });
		return ends;
	}

	/** Pids of all that have ended since the last time. */
	ended(): number[] {
		this.begun();
		return this.#all.news().map(({ pid }) => pid);
	}

	#one(name: string, pid: number): void {
		const known = this.#begun.get(name);
		if (known === undefined) {
			this.#begun.set(name, [pid]);
		} else {
			known.push(pid);
			this.#twice.add(name);
		}
		for (const { names, ends } of this.#followers) {
			if (names?.has(name) ?? true) {
				ends.add(pid, name);
			}
		}
	}
}
