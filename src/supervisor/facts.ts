import type { State } from '../process/state.ts';

/** What is known of an entry beyond itself; what is undefined is not said. Times are milliseconds since 1970. */
export type Facts = {
	readonly now: number;
	/** What it waits for, or would wait for if it were started, each with its state and the reason `Status` shows. */
	readonly needs: readonly Need[];
	/** Milliseconds until its timer fires. */
	readonly firesIn: number | undefined;
	/** Its group, where that has failed and so keeps it down. */
	readonly failedGroup: string | undefined;
};

/** `unable`: archon cannot start it, for it did not start it before. */
export type Need = {
	readonly name: string;
	readonly state: State['tag'] | 'absent';
	readonly reason: string;
	readonly unable?: 'foreign';
};
