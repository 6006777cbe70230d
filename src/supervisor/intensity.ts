import { formatDuration } from '../base/duration.ts';
import type { Group } from '../service/service.ts';
import { counted, isTooMany } from './graph/strategy.ts';

/** How often members of groups were restarted lately. */
export class Intensity {
	/** When, as far as it still counts, milliseconds. */
	readonly #times = new Map<string, readonly number[]>();

	/** Grows with each change of what `told` tells. */
	version = 0;

	/** Counts a restart; what is to be told when that is one too many. */
	count(group: Group, at: number): string | undefined {
		this.version++;
		const times = counted(this.#times.get(group.name) ?? [], at, group);
		this.#times.set(group.name, times);
		return isTooMany(times, group)
			? `${times.length} ${times.length === 1 ? 'restart' : 'restarts'} within ${formatDuration(group.intensity.within)}`
			: undefined;
	}

	/** What was counted of that group counts no longer. */
	forget(group: string): void {
		this.version += Number(this.#times.delete(group));
	}

	/** All that is counted, for a daemon that takes over. */
	told(): Readonly<Record<string, readonly number[]>> {
		return Object.fromEntries(this.#times);
	}

	restore(times: Readonly<Record<string, readonly number[]>>): void {
		for (const [group, at] of Object.entries(times)) {
			this.#times.set(group, at);
		}
	}

	/** The groups of which something was counted. */
	groups(): readonly string[] {
		return [...this.#times.keys()];
	}
}
