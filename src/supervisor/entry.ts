import type { Again } from '../native/addon.ts';
import type { Phase } from '../process/overlap.ts';
import type { End, Kind, Life, Spec } from '../process/state.ts';
import type { Service } from '../service/service.ts';
import type { Cgroup } from './cgroup.ts';
import type { KnownHealth } from './health/known-health.ts';
import type { Launch } from './launch.ts';
import type { LogPair } from './output.ts';
import type { Root } from './tree.ts';

/** One name in `Status`, and everything that is known of it. */
export type Entry = {
	readonly name: string;
	readonly kind: Kind;
	/** What it was described as; undefined for a run, a foreign process and one that a daemon that died had started. */
	service: Service | undefined;
	/** Which of several instances, from 1 on; 0 where there is but one. */
	readonly instance: number;
	/** Whether the configuration has it; else a request made it. */
	isConfigured: boolean;
	/** What its life depends on: made of `service`. */
	spec: Spec;
	/** What to start; undefined for a foreign process and for one taken over from a daemon that died. */
	launch: Launch | undefined;
	life: Life;
	/** The main process, from its clone until its end was settled. */
	process: Main | undefined;
	/** How the newest process of this name that has ended did end. */
	last: End | undefined;
	/** A remark on the current state, for the column `reason`. */
	remark: string;
	/** The number of the event because of which something is being done with it; undefined where that is over, or no event asked for it. */
	cause: number | undefined;
	/** The number of the request that made it, where that outlives the daemon. */
	request: number | undefined;
	/** What is to become of it once something else is gone; empty where nothing is. */
	ordered: string;
	/** What the process says of itself (STATUS=). */
	said: string;
	/** Why it is not well though it runs; undefined while it is. */
	degraded: string | undefined;
	/** What of the health of one start the next daemon has to know; undefined where nobody watches over it. */
	health: KnownHealth | undefined;
	timer: NodeJS.Timeout | undefined;
	/** When the timer was last to fire, milliseconds since 1970. */
	due: number;
	/** The number of its newest start, -1 before the first. */
	newest: number;
	/** The start whose processes a sweep looks for after the main one has gone. */
	tree: Root | undefined;
	/**
	 * What the things of its process are called, its control group for one: its name, unless a restart has overlapped. Two
	 * processes of one service never have the same.
	 */
	seat: string;
	/** The restart that overlaps which it is part of. */
	overlap: Overlap | undefined;
};

/** Two processes of one service, each with an entry; both have this. */
export type Overlap = { readonly of: Entry; readonly beside: Entry; phase: Phase };

/** A process that runs or is about to. */
export type Main = {
	/** It may say itself that another process of its start is the main one (ready/main-pids.ts). */
	pid: number;
	pidfd: number;
	/** Its place in the ledger, -1 for a foreign one. */
	readonly slot: number;
	/** The number of this start, -1 for a foreign one. */
	readonly start: number;
	/** When it was started or first watched, milliseconds since 1970. */
	readonly since: number;
	readonly log: LogPair | undefined;
	/** Where it and all it starts are; undefined where there are no control groups. */
	readonly cgroup?: Cgroup | undefined;
	/** The token under which the end of its exec (or, foreign: its own end) is announced. */
	readonly token: number;
	/** By what a foreign one is found again when everybody who held its pidfd has died. */
	readonly again?: Again | undefined;
	/** Whether it is known how exec went. */
	executed: boolean;
};
