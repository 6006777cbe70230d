import { type Refusal, refuse } from '../base/refusal.ts';
import type { Entry } from './entry.ts';
import { lowered, type View } from './graph/plan.ts';
import { besideOf, mayOverlap } from './overlap-of.ts';
import { notRestarted, type Overlaps } from './overlaps.ts';

export type OverlapOrderPorts = {
	readonly view: View;
	/** Starts the new process of an entry beside the one it has; resolves when only one is left. */
	readonly overlap: Pick<Overlaps, 'announce' | 'begin' | 'over'>;
	/** Resolves when it is ready. */
	readonly ready: (entry: Entry) => Promise<'done' | Refusal>;
	/** Stops and starts it instead. */
	readonly restart: (entry: Entry) => Promise<Refusal | undefined>;
	readonly isClosing: () => boolean;
};

/** Restarts that were asked for and that overlap. */
export class OverlapOrders {
	readonly #ports: OverlapOrderPorts;

	constructor(ports: OverlapOrderPorts) {
		this.#ports = ports;
	}

	/** Which of these are to be started beside themselves: not what has to go anyway because of others of these. */
	among(runs: readonly Entry[]): ReadonlySet<Entry> {
		const others = runs.filter((entry) => !mayOverlap(entry));
		const down = new Set(lowered(this.#ports.view, others).map(({ entry }) => entry));
		return new Set(runs.filter((entry) => mayOverlap(entry) && !down.has(entry)));
	}

	/** They are to be: all are known before the first has its process. */
	announce(entries: ReadonlySet<Entry>): void {
		this.#ports.overlap.announce(entries);
	}

	/** One overlap at a time: while an old process is still to go, a further one begins after that. */
	async restart(entry: Entry): Promise<'done' | Refusal> {
		const { overlap, ready, restart, isClosing } = this.#ports;
		while (entry.overlap?.phase === 'retiring') {
			const stuck = await overlap.over(entry);
			if (stuck !== undefined) {
				return stuck;
			}
		}
		if (!mayOverlap(entry) || isClosing()) {
			return (await restart(entry)) ?? 'done';
		}
		return (await overlap.begin(entry)) ?? (await ready(entry));
	}

	/** Which of these a daemon that died was to start beside themselves, and what that comes to is still to be seen. */
	unfinished(entries: readonly Entry[], at: number): ReadonlySet<Entry> {
		return new Set(entries.filter((entry) => isAtIt(entry, at) || isOld(entry, at)));
	}

	/** What one of them comes to: it has a newer process by now, or is at it, or that came to nothing, or it is still to begin. */
	async resumed(entry: Entry, at: number): Promise<'done' | Refusal> {
		const { overlap, ready } = this.#ports;
		if (isAtIt(entry, at)) {
			return (await overlap.over(entry)) ?? (await ready(entry));
		}
		return entry.remark.startsWith(notRestarted)
			? refuse(`"${entry.name}" ${entry.remark}`)
			: await this.restart(entry);
	}
}

/** It has the process still that it had when its restart was asked for. */
function isOld(entry: Entry, at: number): boolean {
	return mayOverlap(entry) && (entry.process?.since ?? at) < at;
}

function isAtIt(entry: Entry, at: number): boolean {
	return besideOf(entry) !== undefined && !(entry.overlap?.phase === 'retiring' && isOld(entry, at));
}
