import type { Causes } from '../events/causes.ts';
import type { Input } from '../process/state.ts';
import type { Entry } from './entry.ts';
import type { View } from './graph/plan.ts';
import { type Down, isGoing } from './graph/standing.ts';
import { Wakes } from './wakes.ts';

export type DownPorts = {
	readonly view: View;
	readonly apply: (entry: Entry, input: Input) => void;
	readonly causes: Causes;
	/** What is to become of an entry has changed. */
	readonly ordered: (entry: Entry) => void;
};

/** Stops that wait until what depends on the process is gone. */
export class Downs {
	readonly #ports: DownPorts;
	readonly #pending = new Map<Entry, Down>();
	readonly #wakes = new Wakes();
	/** Nothing has its process yet. */
	#isRestoring = false;

	constructor(ports: DownPorts) {
		this.#ports = ports;
	}

	/** What is to become of it. */
	of(entry: Entry): Down | undefined {
		return this.#pending.get(entry);
	}

	/** Everything that is still to go. */
	all(): readonly Entry[] {
		return [...this.#pending.keys()];
	}

	/**
	 * It is to go; a later request replaces an earlier one, what only follows from others does not. Nothing happens before
	 * `advance`.
	 */
	put(entry: Entry, down: Down): void {
		if (down.how !== 'hold' || !this.#pending.has(entry)) {
			this.#pending.set(entry, { ...down, cause: this.#ports.causes.of(entry.name) });
			this.#ports.ordered(entry);
		}
	}

	/** What was to become of these in a daemon that died. No change of the graph advances it before `resume`. */
	restore(downs: ReadonlyMap<Entry, Down>): void {
		this.#isRestoring = true;
		for (const [entry, down] of downs) {
			this.#pending.set(entry, down);
			this.#ports.ordered(entry);
		}
	}

	/** It stays after all; to be followed by `changed`. */
	drop(entry: Entry): void {
		if (this.#pending.delete(entry)) {
			this.#wakes.forget(entry);
			entry.ordered = '';
			this.#ports.ordered(entry);
		}
	}

	/** Does what is to be done with it, unless something that depends on it has to go before. */
	advance(entry: Entry): void {
		const down = this.#pending.get(entry);
		if (down === undefined) {
			return;
		}
		const before = this.before(entry).next().value;
		if (before !== undefined && entry.life.state.tag !== 'stopping') {
			this.#wakes.put(before.name, entry);
			entry.ordered = `${down.how === 'stop' ? 'stops' : 'restarts'} when ${before.name} is stopped`;
			return;
		}
		this.#carryOut(entry, down);
	}

	/** A daemon that died had begun its next start: what was to become of it had become of it before. */
	begun(entry: Entry): void {
		const down = this.#pending.get(entry);
		if (down !== undefined) {
			this.#carryOut(entry, down);
		}
	}

	#carryOut(entry: Entry, down: Down): void {
		this.#pending.delete(entry);
		this.#wakes.forget(entry);
		entry.ordered = '';
		this.#ports.ordered(entry);
		const { apply, causes } = this.#ports;
		causes.during(down.cause, () => apply(entry, inputOf(entry, down)));
	}

	/** Whether it is still there though it is to go. */
	isLeaving(entry: Entry): boolean {
		return this.#pending.has(entry) || isGoing(entry);
	}

	/** What has to be gone before it may go. */
	*before(entry: Entry): Generator<Entry, undefined> {
		const { graph } = this.#ports.view;
		if (graph.touches(entry.name)) {
			for (const { name } of graph.neededBy(entry.name)) {
				yield* this.#leaving(name);
			}
			for (const name of graph.following(entry.name)) {
				yield* this.#leaving(name);
			}
		}
		return undefined;
	}

	*#leaving(name: string): Generator<Entry> {
		const entry = this.#ports.view.get(name);
		if (entry !== undefined && this.isLeaving(entry)) {
			yield entry;
		}
	}

	/** To be called after each change of an entry. */
	changed(entry: Entry): void {
		if (!this.isLeaving(entry)) {
			for (const other of [...this.#wakes.of(entry.name)]) {
				this.advance(other);
			}
		}
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#pending.delete(entry);
		this.#wakes.forget(entry);
		this.changed(entry);
	}

	/** Goes on with what was restored. */
	resume(): void {
		this.#isRestoring = false;
		this.reconsider();
	}

	/** Everyone looks again: the graph has changed. */
	reconsider(): void {
		for (const entry of this.#isRestoring ? [] : this.all()) {
			this.advance(entry);
		}
	}
}

function inputOf(entry: Entry, down: Down): Input {
	switch (down.how) {
		case 'stop':
			return { tag: 'stop', grace: down.grace ?? entry.spec.stopTimeout };
		case 'restart':
			return { tag: 'restart' };
		case 'hold':
			return { tag: 'hold' };
	}
}
