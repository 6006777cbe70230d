import { isAlive } from './system.ts';
import { Tail } from './tail.ts';

/** What the processes write down themselves when they begin: a name and a pid each line. */
export class Record {
	readonly #tail: Tail;
	readonly #begun = new Map<string, number[]>();
	/** Those whose end nobody has asked for yet. */
	readonly #living = new Set<number>();

	constructor(path: string) {
		this.#tail = new Tail(path);
	}

	/** Pids of what each name began, in that order. */
	begun(): ReadonlyMap<string, readonly number[]> {
		for (const line of this.#tail.lines()) {
			const [name = '', pid] = line.split(' ');
			const known = this.#begun.get(name);
			this.#living.add(Number(pid));
			if (known === undefined) {
				this.#begun.set(name, [Number(pid)]);
			} else {
				known.push(Number(pid));
			}
		}
		return this.#begun;
	}

	/** Pids of all that have ended since the last time. */
	ended(): number[] {
		this.begun();
		const ended = [...this.#living].filter((pid) => !isAlive(pid));
		for (const pid of ended) {
			this.#living.delete(pid);
		}
		return ended;
	}
}
