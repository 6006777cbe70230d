import { read } from './system.ts';

/** A start that was told: whose it is, and which process. */
export type Life = { readonly name: string; readonly pid: number };

/** Starts whose end has not been told, by their numbers. */
export class Running {
	readonly #lives = new Map<string, Life>();

	add(start: string, life: Life): void {
		this.#lives.set(start, life);
	}

	has(start: string): boolean {
		return this.#lives.has(start);
	}

	/** Its end is told: what was told of its start, if it was. */
	take(start: string): Life | undefined {
		const life = this.#lives.get(start);
		this.#lives.delete(start);
		return life;
	}

	/** Those of whom the system has nobody any more: their pids may be others' by now. */
	gone(): string[] {
		const newest = new Map([...this.#lives].map(([start, { pid }]) => [pid, start]));
		return [...this.#lives].flatMap(([start, life]) =>
			newest.get(life.pid) === start && isThere(life) ? [] : [start],
		);
	}

	/** Which of these still have no end that was told. */
	untold(gone: readonly string[]): string[] {
		return gone.flatMap((start) => {
			const life = this.#lives.get(start);
			return life === undefined ? [] : [`${life.name} (${life.pid}) ended, and nobody was told`];
		});
	}
}

/** One that has ended and was not reaped has no environment any more. */
function isThere({ name, pid }: Life): boolean {
	return read(`/proc/${pid}/environ`).split('\0').includes(`ARCHON_SERVICE=${name}`);
}
