import type { Ledger } from '../../keeper/ledger.ts';
import type { Addon } from '../../native/addon.ts';
import type { Check } from '../../service/service.ts';
import type { Entry } from '../entry.ts';
import type { Interpreter } from '../interpret.ts';
import { swapIn } from '../swap-in.ts';
import { type Clocks, startClocks } from './clocks.ts';
import { type Ills, illText, type KnownHealth, newHealth, type Watcher } from './known-health.ts';

export type HealthPorts = {
	readonly native: Pick<Addon, 'pidfdSignal'>;
	readonly ledger: Pick<Ledger, 'feedings' | 'keepers'>;
	readonly interpreter: Pick<Interpreter, 'apply' | 'tell'>;
	/** What is to be known of an entry has changed. */
	readonly changed: (entry: Entry) => void;
	/** Writes down what has changed so far. */
	readonly written: () => void;
	/** Takes what an entry has said and nobody has read yet. */
	readonly hear: (entry: Entry) => void;
	/** Tries a check of an entry once: why it is not good, or undefined. */
	readonly attempt: (
		entry: Entry,
		check: Check,
		options: { readonly timeout: number; readonly signal: AbortSignal },
	) => Promise<string | undefined>;
	/** A random number in [0, 1). */
	readonly chance: () => number;
};

/** How this daemon watches the start that `entry.health` is of: by clocks while it runs, which were made for a service. */
type Case = { clocks: Clocks | undefined; service: Entry['service'] };

/**
 * Watches over those that run: a watchdog they have to feed, a probe that is tried on them. Their clocks run while the
 * process does, not while it is paused or reloads, and begin anew after that; who is not to be watched has none. Over a
 * crash of the daemon they go on: when a watchdog was fed is in the ledger, the rest in the book.
 */
export class Health {
	readonly #ports: HealthPorts;
	readonly #cases = new Map<Entry, Case>();

	constructor(ports: HealthPorts) {
		this.#ports = ports;
	}

	/** To be called after each change of an entry's life, or of its service. */
	changed(entry: Entry): void {
		const known = this.#caseOf(entry);
		const isWatched = entry.service?.watchdog !== undefined || entry.service?.probe !== undefined;
		const its = known ?? (isWatched || entry.degraded !== undefined ? this.#open(entry) : undefined);
		if (its === undefined) {
			return;
		}
		const isRunning = entry.life.state.tag === 'running' && entry.health?.isSuspended !== true;
		if (!isRunning || its.service !== entry.service) {
			this.#rest(entry, its);
		}
		if (isRunning && its.clocks === undefined) {
			this.#start(entry, its);
		}
	}

	/** Each has the process of the other now; to be followed by `changed` of both. */
	swapped(one: Entry, other: Entry): void {
		swapIn(this.#cases, one, other);
		for (const its of [this.#cases.get(one), this.#cases.get(other)]) {
			its?.clocks?.stop();
			if (its !== undefined) {
				its.clocks = undefined;
			}
		}
	}

	/** It says that it is well. */
	alive(entry: Entry): void {
		const its = this.#caseOf(entry);
		if (its?.clocks !== undefined) {
			its.clocks.feed();
			this.#ports.ledger.feedings.note(slotOf(entry));
		}
		this.#well(entry, 'watchdog');
	}

	/** It says that it is not. */
	trigger(entry: Entry): void {
		if (entry.life.state.tag === 'running' && this.#open(entry) !== undefined) {
			this.#ill(entry, 'watchdog', 'it said so itself (WATCHDOG=trigger)');
		}
	}

	/** It says itself how often it will feed its watchdog, milliseconds; 0: never. That feeds it; its probe goes on. */
	every(entry: Entry, ms: number): void {
		const its = this.#open(entry);
		if (its !== undefined && entry.health?.every !== ms) {
			this.#know(entry, { every: ms });
		}
		if (its?.clocks !== undefined) {
			its.clocks.every(ms);
			this.#ports.ledger.feedings.note(slotOf(entry));
		} else if (its !== undefined) {
			this.changed(entry);
		}
	}

	/** It is about to end by itself. */
	suspend(entry: Entry): void {
		if (this.#open(entry) !== undefined) {
			this.#know(entry, { isSuspended: true });
			this.changed(entry);
		}
	}

	/** What is known of the start that an entry is at; what was known of one before is forgotten. */
	#caseOf(entry: Entry): Case | undefined {
		const its = this.#cases.get(entry);
		const start = entry.health?.start ?? entry.process?.start;
		if (start !== entry.process?.start || start === undefined) {
			its?.clocks?.stop();
			this.#cases.delete(entry);
			entry.health = undefined;
			entry.degraded = undefined;
			return undefined;
		}
		return entry.health && (its ?? this.#begin(entry));
	}

	#open(entry: Entry): Case | undefined {
		const known = this.#caseOf(entry);
		if (known !== undefined || entry.process === undefined) {
			return known;
		}
		entry.health = newHealth(entry, entry.process.start);
		this.#ports.changed(entry);
		return this.#begin(entry);
	}

	#begin(entry: Entry): Case {
		const its = { clocks: undefined, service: entry.service };
		this.#cases.set(entry, its);
		return its;
	}

	#know(entry: Entry, more: Partial<KnownHealth>): void {
		if (entry.health !== undefined) {
			entry.health = { ...entry.health, ...more };
			this.#ports.changed(entry);
		}
	}

	/** Its clocks stop; when they run again they begin anew. */
	#rest(entry: Entry, its: Case): void {
		its.clocks?.stop();
		its.clocks = undefined;
		this.#ports.ledger.feedings.clear(slotOf(entry));
		if (entry.health?.inRow !== 0) {
			this.#know(entry, { inRow: 0 });
		}
	}

	#start(entry: Entry, its: Case): void {
		const { attempt, chance, hear } = this.#ports;
		if (its.service !== entry.service) {
			its.service = entry.service;
			this.#forgive(entry);
		}
		its.clocks = startClocks({
			watchdog: entry.health?.every ?? entry.service?.watchdog,
			probe: entry.service?.probe,
			fed: this.#fed(entry),
			hear: () => hear(entry),
			inRow: entry.health?.inRow,
			counted: (inRow) => this.#know(entry, { inRow }),
			chance: chance(),
			attempt: (check, options) => attempt(entry, check, options),
			ill: (watcher, why) => this.#ill(entry, watcher, why),
			well: (watcher) => this.#well(entry, watcher),
		});
	}

	/** How long ago its watchdog was fed. What it has said went with the keeper, where that has died. */
	#fed(entry: Entry): number {
		const { feedings, keepers } = this.#ports.ledger;
		const ago = entry.health?.keepers === keepers ? feedings.ago(slotOf(entry)) : undefined;
		if (ago === undefined) {
			feedings.note(slotOf(entry));
			this.#know(entry, { keepers });
		}
		return ago ?? 0;
	}

	/** Whom nobody watches any more nobody would find well again. */
	#forgive(entry: Entry): void {
		if (entry.service?.probe === undefined) {
			this.#well(entry, 'probe');
		}
		if (entry.health?.every === undefined && entry.service?.watchdog === undefined) {
			this.#well(entry, 'watchdog');
		}
	}

	/** Told and acted on when it was well before. */
	#ill(entry: Entry, watcher: Watcher, why: string): void {
		const ills = entry.health?.ills;
		if (ills === undefined || ills[watcher] === why) {
			return;
		}
		const wasWell = entry.degraded === undefined;
		this.#judged(entry, { ...ills, [watcher]: why });
		if (wasWell) {
			this.#ports.interpreter.tell(entry, 'process.degraded', [`reason=${why}`]);
			this.#act(entry, why);
		}
	}

	#act(entry: Entry, why: string): void {
		const { native, interpreter } = this.#ports;
		const what = entry.service?.onDegraded;
		if (what?.tag === 'restart') {
			interpreter.apply(entry, { tag: 'degraded', why, at: Date.now() });
			// What it ends with says less.
			entry.remark = isEndedByIt(entry) ? why : entry.remark;
		} else if (what?.tag === 'signal' && entry.process !== undefined) {
			// Whoever finds it ill already signals no more.
			this.#ports.written();
			native.pidfdSignal(entry.process.pidfd, what.signal);
		}
	}

	#well(entry: Entry, watcher: Watcher): void {
		const { [watcher]: ill, ...others } = entry.health?.ills ?? {};
		if (ill !== undefined) {
			this.#judged(entry, others);
			if (entry.degraded === undefined) {
				this.#ports.interpreter.tell(entry, 'process.recovered');
			}
		}
	}

	#judged(entry: Entry, ills: Ills): void {
		entry.degraded = illText(ills);
		this.#know(entry, { ills });
	}
}

const slotOf = ({ process }: Entry): number => process?.slot ?? -1;

function isEndedByIt({ life: { state } }: Entry): boolean {
	return state.tag === 'stopping' && state.fault?.tag === 'degraded';
}
