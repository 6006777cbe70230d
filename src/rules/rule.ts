import type { Action } from './action.ts';
import type { Condition, Subject } from './condition.ts';

/** A rule as its file declares it: data, but for what `act` may be. Times are milliseconds. */
export type Rule = {
	/** The name of the file in the rules folder, `memory.lua`. */
	readonly file: string;
	readonly line: number;
	/** The sentence: unique in its file. */
	readonly title: string;
	/** Event types and globs, as written; `timer` for one with a timer of its own. */
	readonly on: readonly string[];
	/** All of these must hold, */
	readonly when: Condition;
	/** and none of these. */
	readonly except: Condition;
	readonly lasting: number | undefined;
	readonly timer: RuleTimer | undefined;
	readonly limit: { readonly times: number; readonly within: number } | undefined;
	readonly act: Act;
};

export type RuleTimer =
	| { readonly tag: 'every'; readonly every: number }
	| { readonly tag: 'cron'; readonly cron: string };

export type Act =
	| { readonly tag: 'actions'; readonly actions: readonly Action[] }
	/** A Lua function of the event: it is called in the thread of the rules. */
	| { readonly tag: 'function' };

/** Why a file is not taken: line 0 where none is to blame. */
export type RuleMistake = { readonly file: string; readonly line: number; readonly text: string };

/** What Lua keeps in the table `state` of a file. */
export type Kept = string | number | boolean | { readonly [key: string]: Kept } | readonly Kept[];

/** What a rule sees of an event: `seq`, `time` (milliseconds since 1970), `type`, `name`, each `key=value` of it, and `labels`, `kind`, `state` of its process. Numbers where a value is one. */
export type Seen = Subject;

/** What `process(name)` gives: what is known of a process. */
export type ProcessView = {
	readonly name: string;
	readonly kind: string;
	readonly state: string;
	readonly pid: number | undefined;
	/** When this process started, milliseconds since 1970. */
	readonly since: number | undefined;
	readonly restarts: number;
	readonly last: string;
	readonly reason: string;
	readonly labels: Readonly<Record<string, string>>;
	/** The latest sample, where some rule asks for samples of it. */
	readonly rss?: number;
	readonly cpu?: number;
	readonly fds?: number;
};
