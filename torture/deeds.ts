import type { Blow } from './blows.ts';
import type { Gap } from './gap.ts';
import type { Asking } from './growth.ts';
import type { Losses, LossKind } from './losses.ts';
import type { Own } from './own.ts';
import type { Heard } from './talk.ts';

/** A `Run` that was asked for, with a `Ping` behind it: what it exits with, and what was heard. */
export type Asked = { readonly name: string; readonly code: number; readonly heard: Heard };

/** A request that changes what is to be, with a `Ping` behind it, and what was heard. */
export type Ordered = { readonly record: string; readonly heard: Heard };

/** What was done in one round that has to be known to judge it. */
export class Deeds {
	readonly #losses: Losses;
	/** Of the round. */
	readonly number: number;
	/** All that was to come has come: what is missing is lost. */
	isOver = false;

	constructor(losses: Losses, number: number) {
		this.#losses = losses;
		this.number = number;
	}

	/** Something is lost that may be; always true, for conditions. */
	excuse(kind: LossKind, of: string | number): true {
		if (kind !== 'output' || this.isOver) {
			this.#losses.count(kind, `${this.number} ${of}`);
		}
		return true;
	}

	readonly asked: Asked[] = [];
	readonly orders: Ordered[] = [];
	readonly own: Own[] = [];
	/** A `Run` that was asked for twice with one key, on two connections. */
	readonly again: { readonly name: string; readonly first: Heard; readonly again: Heard }[] = [];
	/** Processes of services and runs that were killed, and whose each was. */
	readonly hit = new Map<number, string>();
	/** Names that a request was for, or whose process was hit: what becomes of them is not foretold. */
	readonly touched = new Set<string>();
	/** Names whose process was stopped (SIGSTOP), and would stay so. */
	readonly stopped = new Set<string>();
	/** Which blows hit something; how many of them in the middle of a request, and on the first byte of a reply. */
	readonly blows: Blow[] = [];
	readonly amid = { request: 0, reply: 0 };
	/** Each daemon, minder and archon-log that was killed. */
	readonly killed = new Set<number>();

	/** Processes that may have ended while there was neither keeper nor an archon-log that had their pipes. */
	readonly unseen = new Set<number>();
	/** While the keeper was being replaced, if it was. */
	gap: Gap | undefined;
	/** Whose socket no process had all that time: it went with the keeper. */
	readonly orphaned = new Set<string>();
	/** When all that is to be up was found to be up (`now`). */
	upAt = 0;
	/** While the one that always fails was asked to begin anew, if it was, and whether each who asked was answered. */
	asking: Asking | undefined;
	isAskedFor = true;
	/** Processes of others that ended before the keeper was killed, maybe before the daemon saw how. */
	readonly unread = new Set<number>();
	/** What was seen to be wrong while it was done. */
	readonly wrong: string[] = [];
	/** What goes on beside, and is to be over before the round is. */
	readonly pending: Promise<unknown>[] = [];

	/**
	 * What archon-log had in flight, or not read yet, may be lost: when the keeper died there was none that had opened its
	 * pipes and that nobody had killed, or the next archond had to kill it before it had written all.
	 */
	mayLoseFlight = false;
	/** How many of each writer had begun by then. */
	begun: ReadonlyMap<string, number> = new Map();

	get isBeheaded(): boolean {
		return this.blows.includes('keeper');
	}
}
