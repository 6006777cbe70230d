import type { Blow } from './blows.ts';
import type { Own } from './own.ts';
import type { Heard } from './talk.ts';

/** A `Run` that was asked for, with a `Ping` behind it: what it exits with, and what was heard. */
export type Asked = { readonly name: string; readonly code: number; readonly heard: Heard };

/** A request that changes what is to be, with a `Ping` behind it, and what was heard. */
export type Ordered = { readonly record: string; readonly heard: Heard };

/** What was done in one round that has to be known to judge it. */
export class Deeds {
	readonly asked: Asked[] = [];
	readonly orders: Ordered[] = [];
	readonly own: Own[] = [];
	/** Processes of services and runs that were killed. */
	readonly hit = new Set<number>();
	/** Names that a request was for, or whose process was hit: what becomes of them is not foretold. */
	readonly touched = new Set<string>();
	/** Names whose process was stopped (SIGSTOP), and would stay so. */
	readonly stopped = new Set<string>();
	/** Which blows fell. */
	readonly blows: Blow[] = [];

	/** Processes that may have ended while there was neither keeper nor archon-log. */
	readonly unseen = new Set<number>();
	/** What goes on beside, and is to be over before the round is. */
	readonly pending: Promise<unknown>[] = [];

	/** What archon-log had in flight is lost where the keeper was killed before it had started it again. */
	get mayLoseFlight(): boolean {
		return this.isBeheaded && this.blows.includes('archon-log');
	}

	get isBeheaded(): boolean {
		return this.blows.includes('keeper');
	}
}
