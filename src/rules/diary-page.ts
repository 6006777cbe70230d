import type { Event } from '../events/event.ts';
import type { Action } from './action.ts';
import type { Kept, Rule } from './rule.ts';
import type { Outcome } from './thread.ts';

/** Where a file is: the event it decides next, and the first rule of that which has not answered (empty: none has). */
export type Place = readonly [seq: number, rule: string];

/** An action that was decided and told, and has not been carried out. */
export type Owed = {
	readonly action: Action;
	readonly event: Event;
	readonly rule: Pick<Rule, 'file' | 'title' | 'line'>;
	/** The number of the newest start when it was decided: a later one may be what it did. */
	readonly start: number;
	/** How many daemons died over it. */
	readonly tries: number;
};

/** What a function answered to the event of that number, and what has not come of it yet. */
export type Answer = readonly [seq: number, rule: string, outcome: Outcome];

/** How far the rules are. */
export type Reached = {
	/** Files have decided all events up to this one; undefined: there are no rules that could. */
	readonly at: number | undefined;
	/** Files that have not, or that have decided more than that. */
	readonly behind: readonly (readonly [file: string, place: Place])[];
	readonly owed: readonly Owed[];
	readonly answers: readonly (readonly [file: string, answers: readonly Answer[]])[];
};

/** What became of a rule; times are milliseconds since 1970. */
export type RuleRecord = {
	readonly fired: number;
	readonly last?: number | undefined;
	readonly error: string;
	readonly errors: number;
	readonly isOff: boolean;
	/** When its timer fires next. */
	readonly rings?: number | undefined;
};

/** What has matched a rule with `lasting` for a while. */
export type SpellRecord = {
	readonly which?: string | undefined;
	/** When it began, milliseconds since 1970. */
	readonly since: number;
	/** The latest event that matched. */
	readonly event: Event;
	/** The rule has answered. */
	readonly isOver: boolean;
};

/** What has changed of what is to be known of the rules; null: it is gone. */
export type RulesLeaf = {
	readonly reached: Reached;
	readonly rules?: readonly (readonly [key: string, RuleRecord | null])[];
	readonly spells?: readonly (readonly [key: string, name: string, SpellRecord | null])[];
	readonly states?: readonly (readonly [file: string, Kept | null])[];
};

/** All that is to be known of the rules by the daemon that comes after. */
export type Known = {
	reached: Reached;
	/** By the keys of the rules. */
	readonly rules: Map<string, RuleRecord>;
	/** By the keys of the rules, then by the names of processes. */
	readonly spells: Map<string, Map<string, SpellRecord>>;
	/** What files left in `state`. */
	readonly states: Map<string, Kept>;
};

/** Nothing is known but where the rules begin. */
export function knownFrom(at: number | undefined): Known {
	const reached = { at, behind: [], owed: [], answers: [] };
	return { reached, rules: new Map(), spells: new Map(), states: new Map() };
}

/** What leaves say, one after the other; undefined where there are none. */
export function knownOf(leaves: readonly unknown[]): Known | undefined {
	const known = knownFrom(undefined);
	for (const leaf of leaves) {
		learn(known, leaf as RulesLeaf);
	}
	return leaves.length === 0 ? undefined : known;
}

/** Adds what has changed. */
export function learn(known: Known, { reached, rules = [], spells = [], states = [] }: RulesLeaf): void {
	known.reached = reached;
	for (const [key, record] of rules) {
		put(known.rules, key, record ?? undefined);
	}
	for (const [key, name, record] of spells) {
		putSpell(known, key, name, record ?? undefined);
	}
	for (const [file, state] of states) {
		put(known.states, file, state ?? undefined);
	}
}

/** The same as one leaf. */
export function leafOf({ reached, rules, spells, states }: Known): RulesLeaf {
	const all = Array.from(spells, ([key, of]) => Array.from(of, ([name, it]) => [key, name, it] as const));
	return { reached, rules: [...rules], spells: all.flat(), states: [...states] };
}

/** Undefined: it is gone. */
export function putSpell(
	{ spells }: Pick<Known, 'spells'>,
	key: string,
	name: string,
	record: SpellRecord | undefined,
): void {
	const of = spells.get(key) ?? new Map<string, SpellRecord>();
	put(of, name, record);
	put(spells, key, of.size === 0 ? undefined : of);
}

export function put<K, V>(into: Map<K, V>, key: K, value: V | undefined): void {
	if (value === undefined) {
		into.delete(key);
	} else {
		into.set(key, value);
	}
}
