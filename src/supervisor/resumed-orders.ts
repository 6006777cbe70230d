import { type Refusal, refuse } from '../base/refusal.ts';
import { allOf } from './all-of.ts';
import type { Entry } from './entry.ts';
import type { Outcomes } from './outcomes.ts';
import { withBeside } from './overlap-of.ts';
import type { OverlapOrders } from './overlap-orders.ts';
import { denialText } from './verdicts.ts';

/**
 * What comes of orders that were given to a daemon that died, which had carried out what is to be done at once: each
 * resolves like the one of that name in `Orders`.
 */
export class ResumedOrders {
	readonly #outcomes: Pick<Outcomes, 'started' | 'stopped'>;
	readonly #overlaps: Pick<OverlapOrders, 'unfinished' | 'resumed'>;

	constructor(
		outcomes: Pick<Outcomes, 'started' | 'stopped'>,
		overlaps: Pick<OverlapOrders, 'unfinished' | 'resumed'>,
	) {
		this.#outcomes = outcomes;
		this.#overlaps = overlaps;
	}

	async start(entries: readonly Entry[]): Promise<Refusal | undefined> {
		const denied = new Map<Entry, Refusal>();
		for (const entry of entries) {
			if (entry.kind !== 'daemon') {
				denied.set(entry, refuse(denialText(entry, 'started', entry.kind)));
			}
		}
		return await this.#outcomes.started(entries, denied);
	}

	/** `at`: when that was asked. */
	async restart(entries: readonly Entry[], at: number): Promise<Refusal | undefined> {
		const overlapping = this.#overlaps.unfinished(entries, at);
		const refused = await allOf([...overlapping], (entry) => this.#overlaps.resumed(entry, at));
		const others = await this.start(entries.filter((entry) => !overlapping.has(entry)));
		return refused ?? others;
	}

	async stop(entries: readonly Entry[]): Promise<Refusal | undefined> {
		return await this.#outcomes.stopped(withBeside(entries));
	}
}
