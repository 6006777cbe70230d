import type { Entry } from '../entry.ts';

/** Who finds that a process is not well. */
export type Watcher = 'watchdog' | 'probe';

/** Why one is not well, by who found it; empty where it is. */
export type Ills = { readonly [watcher in Watcher]?: string };

/** What is known of the health of one start, whichever daemon looks; data only, for it is written down. */
export type KnownHealth = {
	readonly start: number;
	/**
	 * How many keepers there had been when it was first noted when its watchdog was fed, or 0: what was said to an earlier one
	 * may be lost.
	 */
	readonly keepers: number;
	/** The interval of the watchdog that it said itself, milliseconds; 0: none. */
	readonly every?: number | undefined;
	/** It ends by itself, so nothing is watched any more. */
	readonly isSuspended?: boolean;
	/** How many tries of its probe have failed in a row. */
	readonly inRow: number;
	readonly ills: Ills;
};

/**
 * Of a start that nothing was noted of yet; it is well, unless an archon that noted less had found it ill. What the ledger
 * says of when its watchdog was fed does not count: it would be from before that archon, which leaves it as it was.
 */
export function newHealth({ service, degraded }: Entry, start: number): KnownHealth {
	const watcher = service?.probe === undefined ? 'watchdog' : 'probe';
	return { start, keepers: 0, inRow: 0, ills: degraded === undefined ? {} : { [watcher]: degraded } };
}

/** Why it is not well, or undefined. */
export function illText(ills: Ills): string | undefined {
	return Object.values(ills).join('; ') || undefined;
}
