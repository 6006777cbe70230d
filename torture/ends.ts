import { isAlive } from './system.ts';

/** Follows who has come to an end of those that begin: each is looked at until it is gone, and not again. */
export class Ends {
	/** The names of those that lived when they were last looked at, by pid. */
	readonly #living = new Map<number, string>();
	/** Whose pid was given out again before that. */
	#replaced: End[] = [];

	add(pid: number, name: string): void {
		const before = this.#living.get(pid);
		if (before !== undefined) {
			this.#replaced.push({ pid, name: before });
		}
		this.#living.set(pid, name);
	}

	/** Those that have ended since the last time. */
	news(): readonly End[] {
		const living = [...this.#living].map(([pid, name]) => ({ pid, name }));
		const ended = living.filter(({ pid }) => !isAlive(pid));
		for (const { pid } of ended) {
			this.#living.delete(pid);
		}
		return [...this.#replaced.splice(0), ...ended];
	}
}

export type End = { readonly pid: number; readonly name: string };
