import { type Event, type Gap, isGap } from '../events/event.ts';
import type { Answer, Owed, Place } from './diary-page.ts';
import type { Firing } from './firing.ts';
import type { Incoming } from './incoming.ts';
import type { Lanes } from './lanes.ts';
import type { RuleSet } from './rule-set.ts';

export type PastParts = {
	readonly set: RuleSet;
	readonly events: Incoming;
	readonly lanes: Lanes;
	readonly firing: Firing;
	/** There are events to be looked at. */
	readonly work: () => void;
};

/** How far the rules are, and how they go on from there when another daemon comes after. */
export class Past {
	readonly #parts: PastParts;

	constructor(parts: PastParts) {
		this.#parts = parts;
	}

	/** All events up to this one are decided, but by files in `behind`. */
	get at(): number {
		return this.#parts.events.at;
	}

	/** What files decide next that have not decided all events up to `at`, or more than these. */
	get behind(): ReadonlyMap<string, Place> {
		return new Map([...this.#parts.events.behind(), ...this.#parts.lanes.places()]);
	}

	/** What was told and has not been carried out. */
	get owed(): readonly Owed[] {
		return this.#parts.firing.owed;
	}

	/** What functions of a file answered and what has not come of it yet. */
	answersOf(file: string): readonly Answer[] {
		return this.#parts.lanes.answersOf(file);
	}

	/** Whether a rule of that key is in force. */
	has(key: string): boolean {
		return this.#parts.set.get(key) !== undefined;
	}

	/** What functions answer meanwhile is looked at when all of it is there. */
	together(act: () => void): void {
		this.#parts.lanes.together(act);
	}

	/** All events up to that number are decided: it is the next one that is heard. */
	begin(at: number): void {
		this.#parts.events.at = at;
	}

	/** What a daemon that died had told and not carried out, as far as anybody knows. */
	owe(owed: readonly Owed[]): void {
		this.#parts.firing.resume(owed);
	}

	/** What functions of a file answered to a daemon that died: they are not called again. */
	know(file: string, answers: readonly Answer[]): void {
		this.#parts.lanes.know(file, answers);
	}

	/**
	 * Rules of files hear of these events what the others have heard already, each from its place on, and in its turn
	 * among what waits.
	 */
	catchUp(events: Iterable<Event | Gap>, places: ReadonlyMap<string, Place>): void {
		this.#parts.events.miss(events, places);
		this.#parts.work();
	}

	/** Milliseconds of the journal that `count` wants to see; 0: none. */
	get lookBack(): number {
		return this.#parts.set.lookBack;
	}

	/** What is in the journal: how often rules (of these files) with a limit fired lately. */
	count(events: Iterable<Event | Gap>, files?: ReadonlySet<string>): void {
		for (const event of events) {
			const rule = isGap(event) || event.type !== 'rule.fired' ? undefined : this.#parts.set.named(event);
			if (rule !== undefined && files?.has(rule.rule.file) !== false) {
				rule.resume((event as Event).time);
			}
		}
	}
}
