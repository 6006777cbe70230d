import type { Refusal } from '../base/refusal.ts';
import { allOf, type Refused } from './all-of.ts';
import type { Downs } from './downs.ts';
import type { Entry } from './entry.ts';
import type { Holds } from './holds.ts';
import { startJudged, stopJudged } from './judged.ts';
import type { Verdict } from './waits.ts';

export type OutcomePorts = {
	readonly downs: Pick<Downs, 'of'>;
	readonly holds: Pick<Holds, 'isStalled' | 'culprit' | 'isForTime'>;
	/** Resolves with the first verdict. */
	readonly until: (entry: Entry, judge: (entry: Entry) => Verdict) => Promise<'done' | Refusal>;
};

/** Why something that was asked for cannot be, known before anything was done. */
export type Denied = ReadonlyMap<Entry, Refusal>;

const none: Denied = new Map();

/** What comes of an order: each resolves when the entries are where they were to be, or says why one is not. */
export class Outcomes {
	readonly #ports: OutcomePorts;

	constructor(ports: OutcomePorts) {
		this.#ports = ports;
	}

	/** These are ready. `tell` hears of each that is not, as soon as that is known. */
	async started(
		entries: readonly Entry[],
		denied: Denied = none,
		tell?: Refused,
	): Promise<Refusal | undefined> {
		return await allOf(entries, (entry) => this.ready(entry, denied), tell);
	}

	/** The same of one. */
	async ready(entry: Entry, denied: Denied = none): Promise<'done' | Refusal> {
		return denied.get(entry) ?? (await this.#ports.until(entry, this.#isStarted));
	}

	/** These are gone. */
	async stopped(entries: readonly Entry[], tell?: Refused): Promise<Refusal | undefined> {
		return await allOf(entries, (entry) => this.#ports.until(entry, this.#isStopped), tell);
	}

	readonly #isStarted = (entry: Entry) => startJudged(entry, this.#ports.downs.of(entry), this.#ports.holds);

	readonly #isStopped = (entry: Entry) => stopJudged(entry, this.#ports.downs.of(entry));
}
