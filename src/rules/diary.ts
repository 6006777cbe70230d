import {
	type Known,
	leafOf,
	put,
	putSpell,
	type Reached,
	type RuleRecord,
	type RulesLeaf,
	type SpellRecord,
} from './diary-page.ts';
import type { Kept } from './rule.ts';

/** So many events may pass by of which no rule wants to know, before it is written down that they have. */
const mostUnwritten = 1000;

/**
 * What the daemon that comes after has to know of the rules, and what of it is not written down yet. It is written with
 * the events that tell of it, and before those are published; that rules had nothing to say to an event, at the end of
 * a turn of the loop or with what else is written: before that nobody has seen anything of it.
 */
export class Diary {
	/** How far the rules are, once they are. */
	reached: (() => Reached) | undefined;
	readonly #known: Known;
	readonly #touch: () => void;
	readonly #rules = new Set<string>();
	readonly #spells = new Map<string, Set<string>>();
	readonly #states = new Set<string>();
	#isChanged = false;
	#passed = 0;
	#isComing = false;

	/** `touch`: something is to be written at the end of this turn. */
	constructor(known: Known, touch: () => void) {
		this.#known = known;
		this.#touch = touch;
	}

	/** What the daemon before knew, and what has changed since. */
	get known(): Omit<Known, 'reached'> {
		return this.#known;
	}

	/** How far the rules were when the daemon before died. */
	get before(): Reached {
		return this.#known.reached;
	}

	/** Whether something is to be written even if nothing else is. */
	get isDue(): boolean {
		return this.#isChanged;
	}

	/** What is to be written now, if anything. */
	take(): RulesLeaf | undefined {
		if (!this.#isChanged && this.#passed === 0) {
			return undefined;
		}
		const { rules, spells, states } = this.#known;
		const leaf: RulesLeaf = {
			reached: this.#now(),
			...(this.#rules.size === 0
				? {}
				: { rules: [...this.#rules].map((key) => [key, rules.get(key) ?? null]) }),
			...(this.#spells.size === 0
				? {}
				: {
						spells: [...this.#spells].flatMap(([key, names]) =>
							[...names].map((name) => [key, name, spells.get(key)?.get(name) ?? null] as const),
						),
					}),
			...(this.#states.size === 0
				? {}
				: { states: [...this.#states].map((file) => [file, states.get(file) ?? null]) }),
		};
		this.#rules.clear();
		this.#spells.clear();
		this.#states.clear();
		this.#isChanged = false;
		this.#passed = 0;
		return leaf;
	}

	/** What was taken could not be written. */
	putBack(leaf: unknown): void {
		const { rules = [], spells = [], states = [] } = leaf as RulesLeaf;
		for (const [key] of rules) {
			this.#rules.add(key);
		}
		for (const [key, name] of spells) {
			this.#spellChanged(key, name);
		}
		for (const [file] of states) {
			this.#states.add(file);
		}
		this.#isChanged = true;
	}

	/** All there is to be known. */
	all(): RulesLeaf {
		return leafOf({ ...this.#known, reached: this.#now() });
	}

	/** Undefined: there is no such rule any more. */
	rule(key: string, record: RuleRecord | undefined): void {
		put(this.#known.rules, key, record);
		this.#rules.add(key);
		this.changed();
	}

	spell(key: string, name: string, record: SpellRecord | undefined): void {
		putSpell(this.#known, key, name, record);
		this.#spellChanged(key, name);
		this.#moved();
	}

	state(file: string, state: Kept | undefined): void {
		put(this.#known.states, file, state);
		this.#states.add(file);
		this.changed();
	}

	/** Something is decided, or carried out: it is to be known before anybody sees anything of it. */
	changed(): void {
		if (!this.#isChanged) {
			this.#isChanged = true;
			this.#touch();
		}
	}

	/** Rules have heard an event. */
	heard(): void {
		this.#passed++;
		this.#moved();
	}

	/** An event happened of which no rule wants to know. */
	passed(): void {
		if (++this.#passed > mostUnwritten) {
			this.#moved();
		}
	}

	/** Nothing of rules that are not there any more is to be known. */
	prune(isThere: (key: string) => boolean): void {
		for (const key of [...this.#known.rules.keys()].filter((it) => !isThere(it))) {
			this.rule(key, undefined);
		}
		for (const [key, names] of [...this.#known.spells].filter(([it]) => !isThere(it))) {
			for (const name of [...names.keys()]) {
				this.spell(key, name, undefined);
			}
		}
		this.changed();
	}

	#now(): Reached {
		return this.reached?.() ?? this.#known.reached;
	}

	#moved(): void {
		if (!this.#isComing) {
			this.#isComing = true;
			setImmediate(() => {
				this.#isComing = false;
				if (this.#passed > 0 || this.#spells.size > 0) {
					this.changed();
				}
			});
		}
	}

	#spellChanged(key: string, name: string): void {
		const names = this.#spells.get(key) ?? new Set();
		this.#spells.set(key, names.add(name));
	}
}
