import type { Addon } from '../../native/addon.ts';
import type { Check } from '../../service/service.ts';
import type { Entry } from '../entry.ts';
import type { Interpreter } from '../interpret.ts';
import { swapIn } from '../swap-in.ts';
import { type Clocks, startClocks } from './clocks.ts';

export type HealthPorts = {
	readonly native: Pick<Addon, 'pidfdSignal'>;
	readonly interpreter: Pick<Interpreter, 'apply' | 'tell'>;
	/** Tries a check of an entry once: why it is not good, or undefined. */
	readonly attempt: (
		entry: Entry,
		check: Check,
		options: { readonly timeout: number; readonly signal: AbortSignal },
	) => Promise<string | undefined>;
	/** A random number in [0, 1). */
	readonly chance: () => number;
};

/** Who finds that a process is not well. */
type Watcher = 'watchdog' | 'probe';

/** What is known of the health of one start. */
type Case = {
	readonly start: number;
	/** Undefined while it does not run. */
	clocks: Clocks | undefined;
	/** The service the clocks were made for. */
	service: Entry['service'];
	/** The interval that it said itself, milliseconds; 0: no watchdog. */
	every: number | undefined;
	/** It ends by itself, so nothing is watched any more. */
	isSuspended: boolean;
	readonly ills: Map<Watcher, string>;
};

/**
 * Watches over those that run: a watchdog they have to feed, a probe that is tried on them. Their clocks run while the
 * process does, not while it is paused or reloads, and begin anew after that; who is not to be watched has none.
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
		const its = known ?? (isWatched ? this.#open(entry) : undefined);
		if (its === undefined) {
			return;
		}
		const isRunning = entry.life.state.tag === 'running' && !its.isSuspended;
		if (its.clocks !== undefined && (!isRunning || its.service !== entry.service)) {
			its.clocks.stop();
			its.clocks = undefined;
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
		its?.clocks?.feed();
		this.#well(entry, its, 'watchdog');
	}

	/** It says that it is not. */
	trigger(entry: Entry): void {
		const its = entry.life.state.tag === 'running' ? this.#open(entry) : undefined;
		this.#ill(entry, its, 'watchdog', 'it said so itself (WATCHDOG=trigger)');
	}

	/** It says itself how often it will feed its watchdog, milliseconds; 0: never. */
	every(entry: Entry, ms: number): void {
		const its = this.#open(entry);
		if (its !== undefined) {
			its.every = ms;
			its.clocks?.stop();
			its.clocks = undefined;
			this.changed(entry);
		}
	}

	/** It is about to end by itself. */
	suspend(entry: Entry): void {
		const its = this.#open(entry);
		if (its !== undefined) {
			its.isSuspended = true;
			this.changed(entry);
		}
	}

	/** What is known of the start that an entry is at; what was known of one before is forgotten. */
	#caseOf(entry: Entry): Case | undefined {
		const its = this.#cases.get(entry);
		if (its !== undefined && its.start !== entry.process?.start) {
			its.clocks?.stop();
			this.#cases.delete(entry);
			entry.degraded = undefined;
			return undefined;
		}
		return its;
	}

	#open(entry: Entry): Case | undefined {
		const known = this.#caseOf(entry);
		const { process, service } = entry;
		if (known !== undefined || process === undefined) {
			return known;
		}
		const { start } = process;
		const its = { start, clocks: undefined, service, every: undefined, isSuspended: false, ills: new Map() };
		this.#cases.set(entry, its);
		return its;
	}

	#start(entry: Entry, its: Case): void {
		const { attempt, chance } = this.#ports;
		if (its.service !== entry.service) {
			its.service = entry.service;
			this.#forgive(entry, its);
		}
		its.clocks = startClocks({
			watchdog: its.every ?? entry.service?.watchdog,
			probe: entry.service?.probe,
			chance: chance(),
			attempt: (check, options) => attempt(entry, check, options),
			ill: (watcher, why) => this.#ill(entry, its, watcher, why),
			well: (watcher) => this.#well(entry, its, watcher),
		});
	}

	/** Whom nobody watches any more nobody would find well again. */
	#forgive(entry: Entry, its: Case): void {
		if (entry.service?.probe === undefined) {
			this.#well(entry, its, 'probe');
		}
		if (its.every === undefined && entry.service?.watchdog === undefined) {
			this.#well(entry, its, 'watchdog');
		}
	}

	/** Told and acted on when it was well before. */
	#ill(entry: Entry, its: Case | undefined, watcher: Watcher, why: string): void {
		if (its === undefined) {
			return;
		}
		const wasWell = its.ills.size === 0;
		its.ills.set(watcher, why);
		entry.degraded = textOf(its);
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
			native.pidfdSignal(entry.process.pidfd, what.signal);
		}
	}

	#well(entry: Entry, its: Case | undefined, watcher: Watcher): void {
		if (its?.ills.delete(watcher) !== true) {
			return;
		}
		entry.degraded = textOf(its);
		if (its.ills.size === 0) {
			this.#ports.interpreter.tell(entry, 'process.recovered');
		}
	}
}

function isEndedByIt({ life: { state } }: Entry): boolean {
	return state.tag === 'stopping' && state.fault?.tag === 'degraded';
}

function textOf({ ills }: Case): string | undefined {
	return ills.size === 0 ? undefined : [...ills.values()].join('; ');
}
