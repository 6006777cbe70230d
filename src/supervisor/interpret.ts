import { signalNumber } from '../base/signal.ts';
import type { Batch } from '../events/batch.ts';
import type { FieldOf } from '../events/fields.ts';
import type { Ledger } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import type { Poller } from '../native/poller.ts';
import type { Denial, Effect, End, Input, Life, Step } from '../process/state.ts';
import { transition } from '../process/transition.ts';
import { causeAfter, isAtRest } from './cause.ts';
import { failureText } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Standing } from './graph/standing.ts';
import { LifeTimers } from './life-timers.ts';
import { Signals } from './signals.ts';
import { swapIn } from './swap-in.ts';
import { Sweep } from './sweep.ts';
import { isUntoldOfRun, isWithdrawn, type OfLife, type Told, tellLife } from './telling.ts';
import type { Tree } from './tree.ts';
import { isStuck, stuckRemark } from './verdicts.ts';

export type InterpreterPorts = {
	readonly native: Pick<Addon, 'pidfdSignal' | 'close'>;
	readonly poller: Poller;
	readonly ledger: Pick<Ledger, 'isAsked' | 'setAsked'>;
	readonly batch: Batch;
	readonly tree: Tree;
	/** Carries out the effect `spawn`. */
	readonly spawn: (entry: Entry) => void;
	/** A start that has no process yet is to be given up: it is told as `broken`. */
	readonly abandon: (entry: Entry) => void;
	/** Why a start that follows from this input has to wait now. */
	readonly held: (entry: Entry, input: Input) => string | undefined;
	/** What others make of an entry. */
	readonly standing: (entry: Entry) => Standing;
	/** Takes what an entry has said and nobody has heard yet. */
	readonly hear: (entry: Entry) => void;
	/** Called after each input was carried out, and whatever followed from it at once. */
	readonly changed: (entry: Entry) => void;
};

const numbers = { term: signalNumber('TERM') ?? 15, kill: 9 } as const;

/** The only one that changes the life of a process: asks the table, then carries out what it says. */
export class Interpreter {
	private readonly ports: InterpreterPorts;
	private readonly sweeps = new Map<Entry, Sweep>();
	private readonly changes = new Set<Entry>();
	private depth = 0;

	private readonly signals: Signals;
	/** When the time of each is over. */
	readonly timers: LifeTimers;

	constructor(ports: InterpreterPorts) {
		this.ports = ports;
		this.signals = new Signals(ports);
		this.timers = new LifeTimers({
			hear: ports.hear,
			over: (entry) => void this.apply(entry, { tag: 'timeout', at: Date.now() }),
		});
	}

	/** Feeds an input to an entry's life; the reason when it is refused in this state. */
	apply(entry: Entry, input: Input): Denial | undefined {
		if (input.tag === 'broken') {
			entry.remark = `${lateText(entry)}${input.step}: ${input.text}`;
		}
		const step = transition(entry.life, input, entry.spec, this.ports.held(entry, input));
		return this.take(entry, step, input.tag);
	}

	/** Carries out a step that was made elsewhere (the first start). */
	take(entry: Entry, step: Step, input: Input['tag'] = 'start'): Denial | undefined {
		if ('denied' in step) {
			return step.denied;
		}
		entry.cause = causeAfter(entry, step, input, this.ports.batch.causes.of(entry.name));
		entry.life = keptOr(entry.life, step.life);
		if (step.life.state.tag !== 'stopping' && isStuck(entry)) {
			entry.remark = '';
		}
		this.changes.add(entry);
		this.together(() => {
			for (const effect of step.effects) {
				this.run(entry, effect);
			}
		});
		return undefined;
	}

	/** What is fed meanwhile is carried out at once, and heard of when all of it has been, or as far as it came. */
	together(act: () => void): void {
		this.depth++;
		try {
			act();
		} finally {
			this.depth--;
			this.tellIfOver();
		}
	}

	/** An entry is there that no step has made: whoever follows lives hears of it. */
	changedOf(entry: Entry): void {
		this.changes.add(entry);
		this.tellIfOver();
	}

	private tellIfOver(): void {
		if (this.depth === 0 && this.changes.size > 0) {
			this.together(() => this.tellChanges());
		}
	}

	/** Whoever hears of a change may cause another: those come after it, never within it. */
	private tellChanges(): void {
		for (const entry of this.changes) {
			this.changes.delete(entry);
			const { batch, changed, standing } = this.ports;
			const cause = entry.cause ?? batch.causes.of(entry.name);
			batch.causes.during(cause, () => changed(entry));
			if (isAtRest(entry, standing)) {
				entry.cause = undefined;
			}
		}
	}

	/** The pids that a stop still waits for. */
	waitsFor(entry: Entry): readonly number[] {
		const main = entry.process === undefined ? [] : [entry.process.pid];
		return [...main, ...(this.sweeps.get(entry)?.waitsFor ?? [])];
	}

	/** Tells one event of an entry. */
	tell<T extends OfLife>(entry: Entry, type: T, fields: readonly FieldOf<T>[] = []): void {
		const process = type === 'process.starting' && !isWithdrawn(entry) ? undefined : entry.process;
		const which: FieldOf<OfLife>[] = [];
		if (process !== undefined && process.pid > 0) {
			which.push(`pid=${process.pid}`);
		}
		if (process !== undefined && process.start >= 0) {
			which.push(`start=${process.start}`);
		}
		const ring = entry.kind === 'run' ? 'runs' : 'events';
		this.ports.batch.add(type, entry.name, [...which, ...fields], ring, entry.cause);
	}

	private run(entry: Entry, effect: Effect): void {
		switch (effect.tag) {
			case 'spawn':
				this.ports.spawn(entry);
				break;
			case 'signal':
				if (entry.process === undefined) {
					this.ports.abandon(entry);
				} else {
					this.signals.send(entry, entry.process, effect.signal);
				}
				break;
			case 'sweep':
				this.sweep(entry, numbers[effect.signal]);
				break;
			case 'arm':
				this.timers.arm(entry, effect.ms);
				break;
			case 'disarm':
				this.timers.disarm(entry);
				break;
			case 'emit':
				this.emit(entry, effect.type, effect.end);
				break;
			case 'stuck':
				entry.remark = stuckRemark(this.waitsFor(entry), entry.remark);
				break;
		}
	}

	private emit(entry: Entry, type: Told, end: End | undefined): void {
		if (type === 'started' || type === 'starting') {
			entry.remark = '';
			entry.said = '';
		}
		const { state } = entry.life;
		if (state.tag === 'stopping' && state.fault !== undefined && entry.remark === '') {
			entry.remark = failureText(state.fault);
		}
		if (entry.kind === 'run' && isUntoldOfRun(entry, type)) {
			return;
		}
		tellLife(this, entry, type, end);
		if (type === 'exited') {
			// What is told from here on is told of no process; who settles the end still holds it.
			entry.process = undefined;
		}
	}

	/** Goes on with what a daemon that died had under way: ending a process, or what a main one had left. */
	resume(entry: Entry): void {
		const { state } = entry.life;
		if (state.tag === 'stopping' && !state.main) {
			this.sweep(entry, state.forced ? numbers.kill : numbers.term);
		} else if (state.tag === 'stopping' && entry.process !== undefined) {
			this.signals.endAgain(entry, entry.process, state.forced);
		}
		if (state.tag === 'paused' && entry.process !== undefined) {
			this.signals.send(entry, entry.process, 'freeze');
		}
	}

	/** Each has the life and the process of the other now: what is under way of it goes with it. */
	swapped(one: Entry, other: Entry): void {
		this.timers.swapped(one, other);
		swapIn(this.sweeps, one, other);
	}

	private sweep(entry: Entry, signal: number): void {
		const known = this.sweeps.get(entry);
		if (known !== undefined) {
			known.go(signal);
			return;
		}
		if (entry.tree === undefined) {
			return;
		}
		const sweep = new Sweep(this.ports, entry.tree, signal, () => {
			const owner = [...this.sweeps].find(([, it]) => it === sweep)?.[0] ?? entry;
			this.sweeps.delete(owner);
			// Not from within the effect that started it: the step it belongs to is carried out first.
			queueMicrotask(() => this.apply(owner, { tag: 'swept', at: Date.now(), chance: Math.random() }));
		});
		this.sweeps.set(entry, sweep);
		sweep.go();
	}
}

/** An input that is ignored leaves the life the very same: who takes over asks by that whether anything has come since. */
function keptOr(life: Life, next: Life): Life {
	return life.state === next.state && life.history === next.history ? life : next;
}

/** A start that took too long is given up: that is why its step failed. */
function lateText({ life: { state } }: Entry): string {
	return state.tag === 'stopping' && state.fault?.tag === 'not-ready' ? `${failureText(state.fault)}: ` : '';
}
