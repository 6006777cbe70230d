import { bound, names } from './cast.ts';
import type { Deeds } from './deeds.ts';
import type { Events } from './events.ts';
import type { Stage } from './stage.ts';
import { isAlive } from './system.ts';

/** Each life that wrote down that it has begun was told of once, and each that was told of wrote it down. */
export class Lives {
	/** By `NAME PID`: how often it began, less how often that was told. */
	readonly #owed = new Map<string, number>();
	/** How much of the record was looked at. */
	readonly #seen = new Map<string, number>();
	/** Those that were seen to be gone when they had not written: what they wrote is there by now. */
	readonly #gone = new Set<string>();
	/** By name: how many were told of and killed before they wrote down that they had begun. */
	readonly #unwritten = new Map<string, number>();
	/** How many were compared. */
	compared = 0;

	unwritten(name: string): number {
		return this.#unwritten.get(name) ?? 0;
	}

	judge(stage: Stage, deeds: Deeds, events: Pick<Events, 'takeLives'>): string[] {
		for (const key of events.takeLives()) {
			this.#owe(key, -1);
		}
		const begun = stage.record.begun();
		for (const name of names) {
			const pids = begun.get(name) ?? [];
			for (const pid of pids.slice(this.#seen.get(name) ?? 0)) {
				this.#owe(`${name} ${pid}`, 1);
				this.compared++;
			}
			this.#seen.set(name, pids.length);
		}
		return [...this.#owed].flatMap(([key, owed]) => this.#one(key, owed, deeds));
	}

	#one(key: string, owed: number, deeds: Deeds): string[] {
		if (owed > 0) {
			return [`${key} began, and nobody was told`];
		}
		const [name = '', pid] = key.split(' ');
		if (this.#gone.delete(key) && mayBeUnwritten(name, Number(pid), deeds)) {
			this.#owed.delete(key);
			this.#unwritten.set(name, this.unwritten(name) + 1);
			return [];
		}
		if (!isAlive(Number(pid))) {
			this.#gone.add(key);
		}
		return [`${key} was told of, and never wrote that it had begun`];
	}

	#owe(key: string, more: number): void {
		const owed = (this.#owed.get(key) ?? 0) + more;
		if (owed === 0) {
			this.#owed.delete(key);
		} else {
			this.#owed.set(key, owed);
		}
	}
}

/** Ended by somebody else, who may have been faster. */
function mayBeUnwritten(name: string, pid: number, { touched, hit }: Deeds): boolean {
	return hit.has(pid) || [name, ...(bound[name] ?? [])].some((it) => touched.has(it));
}
