import type { Refusal } from '../base/refusal.ts';
import type { Causes } from '../events/causes.ts';
import type { Tell } from '../events/fields.ts';
import type { Denial, Input } from '../process/state.ts';
import type { Entry } from './entry.ts';
import type { Overlaps } from './overlaps.ts';
import type { Verdict } from './waits.ts';

/** What `Orders` asks of the rest of a supervisor. */
export type OrderPorts = {
	readonly get: (name: string) => Entry | undefined;
	/** Feeds an input to an entry; `changed` of this class is called for it afterwards, never from within. */
	readonly apply: (entry: Entry, input: Input) => Denial | undefined;
	/** Several inputs, of which others hear when the last one is carried out. */
	readonly together: (act: () => void) => void;
	/** Somebody wants it now: it does not wait for its time. */
	readonly asked: (entry: Entry) => void;
	/** Resolves with the first verdict. */
	readonly until: (entry: Entry, judge: (entry: Entry) => Verdict) => Promise<'done' | Refusal>;
	/** Whoever waits for that entry is to judge again. */
	readonly judge: (entry: Entry) => void;
	/** Because of which event something is being done. */
	readonly causes: Causes;
	readonly tell: Tell;
	/** What is to become of an entry once others are gone (`downOf`) has changed. */
	readonly ordered: (entry: Entry) => void;
	/** What `told` tells may have changed, though nothing is told of it. */
	readonly moreChanged: () => void;
	/** Starts the new process of an entry beside the one it has; resolves when only one is left. */
	readonly overlap: Pick<Overlaps, 'announce' | 'begin' | 'over'>;
	/** A group has failed and nobody restarts it. */
	readonly failed: (group: string, why: string) => unknown;
};
