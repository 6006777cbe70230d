import type { Action } from './action.ts';
import type { Kept, ProcessView, Rule, RuleMistake, Seen } from './rule.ts';

/** A rule's function to be called with an event. */
export type Call = { readonly file: string; readonly title: string; readonly event: Seen };

/** Functions of one file to be called with one event, in this order; the first call has this id, each other one the next. */
export type Calls = {
	readonly id: number;
	readonly file: string;
	readonly titles: readonly string[];
	readonly event: Seen;
};

/**
 * What became of a call; `line` is 0 where it is not known. `isGone`: what was called is not there any more, because its
 * file was loaded anew or has left, which is nobody's mistake.
 */
export type Outcome =
	| { readonly actions: readonly Action[] }
	| { readonly wrong: string; readonly line: number; readonly isGone?: true };

export type Called = Outcome & { readonly id: number };

/** What the daemon sends to the thread of the rules. */
export type ToThread =
	| { readonly tag: 'load'; readonly file: string; readonly source: string; readonly state: Kept | undefined }
	| { readonly tag: 'drop'; readonly file: string }
	/** Processes that changed since the last message (undefined: gone), then calls, in this order. */
	| {
			readonly tag: 'work';
			readonly processes: readonly (readonly [string, ProcessView | undefined])[];
			readonly calls: readonly Calls[];
	  };

/** What the thread of the rules sends back. */
export type FromThread =
	/** It has Lua, and waits. */
	| { readonly tag: 'ready' }
	| { readonly tag: 'loaded'; readonly file: string; readonly rules: readonly Rule[] }
	| { readonly tag: 'refused'; readonly file: string; readonly mistakes: readonly RuleMistake[] }
	/**
	 * All calls up to `last` are done. Their answers, in the order of the calls, but for those that ask for nothing; and of
	 * each file whose `state` changed with them the new one.
	 */
	| {
			readonly tag: 'done';
			readonly last: number;
			readonly answers: readonly Called[];
			readonly states: readonly (readonly [string, Kept])[];
	  };

/**
 * Shared memory, so that the daemon sees where the thread is without an answer: an Int32Array of these places.
 * `call`: the id of the call it is at, 0 between calls, -1 while it loads a file. What was answered in a message that
 * did not arrive before the thread was ended did not happen.
 */
export const progressPlaces = { call: 0, size: 1 } as const;

/** The `workerData` of the thread: `progress` lies in shared memory. */
export type ThreadData = { readonly progress: Int32Array };

/** How Lua is used: by the daemon through threads, by `archonctl rules test` through one of its own. */
export type Lua = {
	/** Loads a file, or replaces one; whichever was loaded stays when this one has mistakes. */
	load(
		file: string,
		source: string,
		state: Kept | undefined,
	): Promise<readonly Rule[] | { readonly mistakes: readonly RuleMistake[] }>;
	/** Forgets a file. Calls that wait are answered as wrong. */
	drop(file: string): void;
	/** A process changed, or is gone. Told to rules before any later call. */
	know(name: string, view: ProcessView | undefined): void;
	/** Queues a call; calls of one file are answered in their order. The `state` it left is kept before `done`. */
	call(call: Call, done: (outcome: Outcome) => void): void;
	/** Ends every thread. */
	close(): Promise<void>;
};
