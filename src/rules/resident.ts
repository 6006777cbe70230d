import type { Backlog } from './backlog.ts';
import type { Host } from './host.ts';
import type { Kept, Rule, RuleMistake } from './rule.ts';

/** A file that is loaded and has functions to be called. */
export type Resident = {
	readonly file: string;
	readonly source: string;
	/** As the last answer that arrived left it. */
	state: Kept | undefined;
	readonly backlog: Backlog;
	/** Where it lives. */
	host: Host;
	/** No call is sent: the file that is to replace it is being loaded. */
	isPaused: boolean;
	/** It could not be loaded again: it is tried when it is called, not before. */
	isBroken: boolean;
};

export type Loaded = readonly Rule[] | { readonly mistakes: readonly RuleMistake[] };

/** A file to be loaded. */
export type Loading = {
	readonly file: string;
	readonly source: string;
	readonly state: Kept | undefined;
	/** The thread that was lost is made to hold it again. */
	readonly again: Resident | undefined;
	readonly done: (loaded: Loaded, host: Host) => void;
};

/** A file that is not taken, for a reason that no line is to blame for. */
export function mistaken(file: string, text: string): Loaded {
	return { mistakes: [{ file, line: 0, text }] };
}
