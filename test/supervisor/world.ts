import { isRefusal, type Refusal } from '../../src/base/refusal.ts';
import { Causes } from '../../src/events/causes.ts';
import { fresh } from '../../src/process/moves.ts';
import type { Denial, Effect, Input } from '../../src/process/state.ts';
import { transition } from '../../src/process/transition.ts';
import { plainService } from '../../src/service/defaults.ts';
import type { Group, Service } from '../../src/service/service.ts';
import { causeAfter, isAtRest } from '../../src/supervisor/cause.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { newEntry, serviceEntry } from '../../src/supervisor/new-entry.ts';
import { Orders } from '../../src/supervisor/orders.ts';
import { type Verdict, Waits } from '../../src/supervisor/waits.ts';
import { mainOf } from './entries.ts';

/** What a process of this world may do next. */
export type Move = { readonly entry: Entry; readonly does: 'go on' | 'fail' };

export type Described = Partial<Service> & { readonly name: string };

/**
 * Entries with the real table of lives and the real orders, and processes that are made up: nothing happens by itself,
 * a test chooses who goes on or fails next.
 */
export class World {
	readonly entries = new Map<string, Entry>();
	readonly orders: Orders;
	/** The second processes that were asked for, by the names of their entries; `overlap` ends one. */
	readonly overlapping = new Map<string, (refused: Refusal | undefined) => void>();
	readonly waits = new Waits();
	/** Everything told: `starting web`, `group.ready shop up=2 down=0`. */
	readonly told: string[] = [];
	/** Because of which events things are done, and what was told with its cause: `starting web 7`. */
	readonly causes = new Causes();
	readonly because: string[] = [];
	/** Of whom it was said that what is to become of them has changed, and how often that more than lives may have. */
	readonly ordered: string[] = [];
	moreChanges = 0;
	/** Groups that failed and that nobody restarts. */
	readonly failed: string[] = [];
	/** Called before something is told. */
	watch: (type: string, entry: Entry) => void = () => undefined;
	/** Milliseconds. */
	now = 1_000_000;
	readonly #alive = new Map<Entry, 'cloned' | 'executed'>();
	readonly #asked = new Set<Entry>();
	readonly #armed = new Set<Entry>();
	readonly #changes = new Set<Entry>();
	#depth = 0;
	#start = 0;

	constructor(services: readonly Described[], groups: readonly Group[] = []) {
		const over = ({ name }: Entry) =>
			new Promise<Refusal | undefined>((resolve) => this.overlapping.set(name, resolve));
		this.orders = new Orders({
			get: (name) => this.entries.get(name),
			apply: (entry, input) => this.apply(entry, input),
			until: (entry, judge) => this.waits.until(entry, judge as (entry: Entry) => Verdict),
			together: (act) => act(),
			asked: () => undefined,
			judge: (entry) => this.waits.changed(entry),
			ordered: (entry) => this.ordered.push(entry.name),
			moreChanged: () => this.moreChanges++,
			tell: (type, group, fields) => this.told.push([type, group, ...fields].join(' ')),
			causes: this.causes,
			overlap: { announce: () => {}, begin: over, over },
			failed: (group) => this.failed.push(group),
		});
		const whole = services.map((it) => ({ ...plainService, run: ['x'], ...it }));
		for (const service of whole) {
			for (let n = 1; n <= service.instances; n++) {
				const entry = serviceEntry(service, service.instances === 1 ? 0 : n, true);
				this.entries.set(entry.name, entry);
			}
		}
		const refused = this.orders.dependencies.configure(whole, groups);
		if (refused !== undefined) {
			throw new Error(refused.refused);
		}
	}

	/** One that somebody else started, and that runs. */
	foreign(name: string): Entry {
		const life = { state: { tag: 'running', since: 0 }, history: fresh } as const;
		const entry = newEntry(name, 'foreign', { life, process: mainOf(7, { start: -1 }) });
		this.#alive.set(entry, 'executed');
		this.entries.set(name, entry);
		this.orders.changed(entry);
		return entry;
	}

	/** The entries of these names. */
	of(...names: string[]): Entry[] {
		return names.flatMap((name) => this.orders.graph.members.leaves(name)).map((it) => this.get(it));
	}

	get(name: string): Entry {
		const entry = this.entries.get(name);
		if (entry === undefined) {
			throw new Error(`nothing is called ${name}`);
		}
		return entry;
	}

	/** `web running, db starting`, or of those asked for. */
	states(...names: string[]): string {
		const shown = names.length > 0 ? this.of(...names) : [...this.entries.values()];
		return shown.map((it) => `${it.name} ${it.life.state.tag}`).join(', ');
	}

	/** What `interpret.ts` does. */
	apply(entry: Entry, input: Input): Denial | undefined {
		const step = transition(entry.life, input, entry.spec, this.orders.held(entry, input));
		if ('denied' in step) {
			return step.denied;
		}
		entry.cause = causeAfter(entry, step, input.tag, this.causes.of(entry.name));
		entry.life = step.life;
		this.#changes.add(entry);
		this.#within(() => {
			for (const effect of step.effects) {
				this.#run(entry, effect);
			}
		});
		if (this.#depth === 0) {
			this.#within(() => {
				for (const changed of this.#changes) {
					this.#changes.delete(changed);
					this.causes.during(changed.cause ?? this.causes.of(changed.name), () => {
						this.orders.changed(changed);
						this.waits.changed(changed);
					});
					if (isAtRest(changed, this.orders.view.standing)) {
						changed.cause = undefined;
					}
				}
			});
		}
		return undefined;
	}

	#within(act: () => void): void {
		this.#depth++;
		act();
		this.#depth--;
	}

	#run(entry: Entry, effect: Effect): void {
		switch (effect.tag) {
			case 'spawn':
				this.#alive.set(entry, 'cloned');
				this.#asked.delete(entry);
				entry.process = mainOf(1, { start: ++this.#start });
				break;
			case 'signal':
				if (effect.signal === 'stop' || effect.signal === 'kill') {
					this.#asked.add(entry);
				}
				break;
			case 'arm':
				this.#armed.add(entry);
				break;
			case 'disarm':
				this.#armed.delete(entry);
				break;
			case 'emit':
				this.watch(effect.type, entry);
				this.told.push(`${effect.type} ${entry.name}`);
				this.because.push(`${effect.type} ${entry.name} ${entry.cause ?? '-'}`);
				break;
		}
	}

	/** What may happen now. */
	moves(): Move[] {
		const alive = [...this.#alive.keys()].flatMap((entry): Move[] => {
			const isQuiet = entry.life.state.tag === 'running' && !this.#asked.has(entry);
			return isQuiet
				? [{ entry, does: 'fail' }]
				: [
						{ entry, does: 'go on' },
						{ entry, does: 'fail' },
					];
		});
		const due = [...this.#armed].filter(
			({ life: { state } }) => state.tag === 'backoff' || state.tag === 'failed',
		);
		return [...alive, ...due.map((entry): Move => ({ entry, does: 'go on' }))];
	}

	/** Lets one of them happen. */
	do({ entry, does }: Move): void {
		this.now += 20;
		const at = this.now;
		const alive = this.#alive.get(entry);
		if (alive === undefined) {
			if (this.#armed.delete(entry)) {
				this.apply(entry, { tag: 'timeout', at });
			}
			return;
		}
		if (does === 'fail' || this.#asked.has(entry)) {
			this.#end(entry, does === 'fail' ? 1 : 0);
		} else if (alive === 'cloned') {
			this.#alive.set(entry, 'executed');
			this.apply(entry, { tag: 'spawned', at });
		} else if (entry.spec.ready === 'end') {
			this.#end(entry, 0);
		} else {
			this.apply(entry, { tag: 'ready', at });
		}
	}

	#end(entry: Entry, code: number): void {
		this.#alive.delete(entry);
		const end = { tag: 'exit', code } as const;
		entry.last = end;
		const process = entry.process;
		this.apply(entry, { tag: 'exited', end, left: 0, at: this.now, chance: 0.5 });
		if (entry.process === process) {
			entry.process = undefined;
		}
	}

	/** Lets that one go on, or fail. */
	step(name: string, does: Move['does'] = 'go on'): void {
		this.do({ entry: this.get(name), does });
	}

	/** Everybody does well until nothing happens any more. */
	settle(): void {
		for (let n = 0; n < 10_000; n++) {
			const next = this.moves().find((move) => move.does === 'go on');
			if (next === undefined) {
				return;
			}
			this.do(next);
		}
		throw new Error(`it does not come to rest: ${this.states()}`);
	}

	/** What was told since the last time, groups apart. */
	heard(): string[] {
		return this.told.splice(0).filter((it) => !it.startsWith('group.'));
	}
}

/** Whether a promise has come to an end by now, and to which. */
export async function outcome(promise: Promise<Refusal | undefined>): Promise<string> {
	const pending = Symbol('pending');
	for (let n = 0; n < 10; n++) {
		await Promise.resolve();
	}
	const now = await Promise.race([promise, Promise.resolve(pending)]);
	return typeof now === 'symbol' ? 'pending' : isRefusal(now) ? now.refused : 'ok';
}
