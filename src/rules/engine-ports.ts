import type { Refusal } from '../base/refusal.ts';
import type { CustomType, Event } from '../events/event.ts';
import type { Tell } from '../events/fields.ts';
import type { Now } from '../service/next.ts';
import type { Action } from './action.ts';
import type { Diary } from './diary.ts';
import type { ProcessView, Rule } from './rule.ts';
import type { Lua } from './thread.ts';

/** An action that is due: what asked for it, and what that answers. */
export type Due = {
	readonly action: Action;
	readonly event: Event;
	readonly rule: Pick<Rule, 'file' | 'title' | 'line'>;
	/** The number of the newest start when it was decided, where a daemon that died may have carried it out. */
	readonly again?: number | undefined;
};

/** What the rules need of the world. The daemon has the real one; `archonctl rules test` replays into one that prints. */
export type EnginePorts = {
	readonly lua: Lua;
	readonly clock: {
		/** Milliseconds since 1970, which anyone may set. */
		now(): number;
		/** Milliseconds of a clock that only ever goes on. */
		steady(): number;
		/**
		 * Calls back, once and never within the call, when it is that time by that clock (`wall` unless given); returns
		 * what calls that off. By the wall clock also when somebody sets it beyond that time.
		 */
		at(time: number, then: () => void, by?: keyof Now): () => void;
	};
	/** What is known of a process. */
	readonly view: (name: string) => ProcessView | undefined;
	/** Publishes an event at once: it is in the journal, and `hear` is called with it before this returns or soon after. */
	readonly publish: Tell;
	/** The same with what a rule emits. */
	readonly emit: (type: CustomType, name: string, fields: readonly string[]) => void;
	/**
	 * Carries out, in this order, what rules asked for about one batch of events (never `fail`, `allow`, `emit`); what
	 * could not be done comes back, at once or later, by its index.
	 */
	readonly carryOut: (due: readonly Due[], refused: (at: number, why: Refusal) => void) => void;
	/**
	 * What is published within is published after, together with what is decided within, unless something there has to be
	 * written down at once. At once where it is left out.
	 */
	readonly together?: (act: () => void) => void;
	/** What outlives the daemon; nothing where it is left out. */
	readonly diary?: Diary;
	/** The number of the newest start of a process. */
	readonly newestStart?: () => number;
};
