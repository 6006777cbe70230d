import type { Input } from '../process/state.ts';
import { reasonOf } from './describe.ts';
import type { Entry } from './entry.ts';
import { byRank, type View } from './graph/plan.ts';
import type { Standing } from './graph/standing.ts';
import { Wakes } from './wakes.ts';

export type HoldPorts = {
	readonly view: View;
	readonly apply: (entry: Entry, input: Input) => void;
};

/** Whom a start waits for, and what that is now. */
export type Block = {
	readonly name: string;
	readonly entry: Entry | undefined;
	readonly standing: Standing;
};

/** Starts that wait for what they need. */
export class Holds {
	readonly #ports: HoldPorts;
	readonly #wakes = new Wakes();
	/** Those that wait for something that is down. */
	readonly #stalled = new Set<Entry>();
	/** What others last saw of an entry. */
	readonly #seen = new Map<Entry, string>();

	constructor(ports: HoldPorts) {
		this.#ports = ports;
	}

	/** Why a start has to wait now; whoever waits is asked again as soon as that has changed. */
	held(entry: Entry): string | undefined {
		const block = this.#ports.view.graph.touches(entry.name) ? this.block(entry) : undefined;
		if (block === undefined) {
			this.clear(entry);
			return undefined;
		}
		this.#wakes.put(block.name, entry);
		if (block.standing === 'down') {
			this.#stalled.add(entry);
		} else {
			this.#stalled.delete(entry);
		}
		return `waits for ${blockText(block)}`;
	}

	/** It waits for something else than what it needs. */
	clear(entry: Entry): void {
		this.#wakes.forget(entry);
		this.#stalled.delete(entry);
	}

	/** Whether it waits for something that is down, and so is down itself as far as can be told. */
	isStalled(entry: Entry): boolean {
		return this.#stalled.has(entry);
	}

	/** Whether it is between the runs of a timer and waits for nothing else. */
	isForTime(entry: Entry): boolean {
		return entry.life.state.tag === 'waiting' && entry.spec.timed && this.block(entry) === undefined;
	}

	/** The first that a start has to wait for now. */
	block(entry: Entry): Block | undefined {
		return this.blocks(entry).next().value ?? undefined;
	}

	/** Everything that a start has to wait for now. */
	*blocks(entry: Entry): Generator<Block, undefined> {
		const { graph } = this.#ports.view;
		for (const { name, kind } of graph.needs(entry.name)) {
			const block = this.#look(name);
			if (kind === 'requires' ? block.standing !== 'up' : block.standing === 'coming') {
				yield block;
			}
		}
		for (const members of graph.before(entry.name)) {
			for (const leaves of members) {
				const blocks = leaves.map((name) => this.#look(name));
				yield* blocks.filter((block) => block.standing === 'coming');
				if (blocks.some((block) => block.standing !== 'down')) {
					break;
				}
			}
		}
		return undefined;
	}

	/** Behind everything in between: what it waits for in the end. */
	culprit(entry: Entry): Block | undefined {
		let block = this.block(entry);
		for (let next = block; next !== undefined; ) {
			block = next;
			next = next.entry?.life.state.tag === 'waiting' ? this.block(next.entry) : undefined;
		}
		return block;
	}

	/** To be called after each change of an entry, or of what is to become of it. */
	changed(entry: Entry): void {
		const seen = `${entry.life.state.tag} ${this.#ports.view.standing(entry)}`;
		if (this.#seen.get(entry) !== seen) {
			this.#seen.set(entry, seen);
			this.#wake(entry.name);
		}
	}

	/** The entry is forgotten. */
	gone(entry: Entry): void {
		this.#seen.delete(entry);
		this.#stalled.delete(entry);
		this.#wakes.forget(entry);
		this.#wake(entry.name);
	}

	/** Everyone asks again: the graph has changed. */
	reconsider(): void {
		this.#release(this.#wakes.all());
	}

	/**
	 * Lets those that wait for it ask again, what they need first. Behind one that was stalled others may have gone
	 * ahead as if it were down: they are asked in the same order.
	 */
	#wake(name: string): void {
		const found = new Set(this.#wakes.of(name));
		for (const entry of found) {
			if (this.#stalled.has(entry)) {
				for (const behind of this.#wakes.of(entry.name)) {
					found.add(behind);
				}
			}
		}
		this.#release(found);
	}

	#release(entries: Iterable<Entry>): void {
		for (const entry of byRank(this.#ports.view, entries)) {
			this.#wakes.forget(entry);
			if (entry.life.state.tag === 'waiting') {
				this.#ports.apply(entry, { tag: 'release' });
			}
		}
	}

	#look(name: string): Block {
		const { view } = this.#ports;
		const entry = view.get(name);
		return { name, entry, standing: entry === undefined ? 'down' : view.standing(entry) };
	}
}

/** `db, which is failed: ended with exit:1`. */
export function blockText({ name, entry, standing }: Block): string {
	const state = entry?.life.state.tag;
	if (entry === undefined || state === undefined) {
		return `${name}, which is not there`;
	}
	if (state === 'running') {
		return `${name}, which is about to be ${standing === 'down' ? 'stopped' : 'restarted'}`;
	}
	const why = state === 'failed' || state === 'backoff' || state === 'exited' ? reasonOf(entry) : '';
	return `${name}, which is ${state}${why === '' ? '' : `: ${why}`}`;
}
