/** What a process can be, what can happen to it and what is done about it. Data only. */

/** How a process ended, as the kernel told it; `unknown` where it could not be had (a process of somebody else). */
export type End =
	| { readonly tag: 'exit'; readonly code: number }
	| { readonly tag: 'signal'; readonly signal: string }
	| { readonly tag: 'unknown' };

/** Why there will be no further start. */
export type Failure =
	| { readonly tag: 'ended'; readonly end: End }
	| { readonly tag: 'not-started'; readonly step: string; readonly text: string }
	| { readonly tag: 'not-ready'; readonly after: number }
	| { readonly tag: 'degraded'; readonly why: string }
	/** However good its end was: who had connected, and so started it, waits on. */
	| { readonly tag: 'unserved'; readonly end: End }
	| { readonly tag: 'limit'; readonly failures: number; readonly within: number };

/**
 * What follows when a process that is being ended is gone: what was asked (`stop`, `start`), its return when what it
 * needs is back (`return`), or what its policy says (`settle`).
 */
export type Afterwards = 'stop' | 'start' | 'return' | 'settle';

/** `main: false` in `stopping`: the main process is gone, what it left behind is being ended. */
export type State =
	| { readonly tag: 'waiting'; readonly why: string }
	| {
			readonly tag: 'starting';
			readonly first: boolean;
			readonly spawned: boolean;
			/** Since when its run counts: a oneshot's exec, or the readiness that was taken back; 0: it does not. */
			readonly since: number;
	  }
	| { readonly tag: 'running'; readonly since: number }
	| {
			readonly tag: 'stopping';
			readonly main: boolean;
			readonly afterwards: Afterwards;
			readonly forced: boolean;
			readonly end: End | undefined;
			/** Why it is being ended, where that is a failure whatever its exit code. */
			readonly fault: Failure | undefined;
			readonly since: number;
	  }
	| { readonly tag: 'stopped' }
	| { readonly tag: 'exited' }
	| { readonly tag: 'backoff'; readonly until: number }
	| { readonly tag: 'failed'; readonly why: Failure }
	/** `since` is when its run began, as of one that runs; it was frozen at `frozen`. */
	| { readonly tag: 'paused'; readonly since: number; readonly frozen: number };

/** Asked for, then observed. `chance` is a random number in [0, 1) for the jitter, so that any history replays. */
export type Input =
	| { readonly tag: 'start' }
	| { readonly tag: 'stop'; readonly grace: number }
	| { readonly tag: 'restart' }
	| { readonly tag: 'pause'; readonly at: number }
	| { readonly tag: 'resume' }
	/** What it needs has gone: it ends, and returns when `held` (see transition) allows. */
	| { readonly tag: 'hold' }
	/** Something that a waiting one waits for has changed. */
	| { readonly tag: 'release' }
	/** Its time has come (a timer). */
	| { readonly tag: 'fire' }
	| { readonly tag: 'spawned'; readonly at: number }
	| { readonly tag: 'ready'; readonly at: number }
	/** It says that it is not ready any more, for now (RELOADING=1). */
	| { readonly tag: 'withdrawn'; readonly at: number }
	/** It needs that long from now on (EXTEND_TIMEOUT_USEC). */
	| { readonly tag: 'extend'; readonly ms: number }
	/** Its health is gone and the configuration says `restart`. */
	| { readonly tag: 'degraded'; readonly why: string; readonly at: number }
	| {
			readonly tag: 'broken';
			readonly step: string;
			readonly text: string;
			readonly at: number;
			readonly chance: number;
	  }
	| {
			readonly tag: 'exited';
			readonly end: End;
			readonly left: number;
			/** A connection starts it, and as many wait for it to accept them as when it was started. */
			readonly unserved?: boolean;
			readonly at: number;
			readonly chance: number;
	  }
	| { readonly tag: 'swept'; readonly at: number; readonly chance: number }
	| { readonly tag: 'timeout'; readonly at: number };

/** What the interpreter (supervisor/interpret.ts) carries out, in this order. Times are milliseconds. */
export type Effect =
	| { readonly tag: 'spawn' }
	| { readonly tag: 'signal'; readonly signal: 'stop' | 'kill' | 'freeze' | 'thaw' }
	| { readonly tag: 'sweep'; readonly signal: 'term' | 'kill' }
	| { readonly tag: 'arm'; readonly ms: number }
	| { readonly tag: 'disarm' }
	| { readonly tag: 'emit'; readonly type: Told; readonly end?: End }
	| { readonly tag: 'stuck' };

/** The events a step may tell, each `process.…`. */
export type Told =
	| 'starting'
	| 'started'
	| 'ready'
	| 'exited'
	| 'stopping'
	| 'stopped'
	| 'backoff'
	| 'failed'
	| 'paused'
	| 'resumed';

/** What outlives a single state: `restarts` counts the automatic ones since the last start by request. */
export type History = {
	readonly restarts: number;
	/** Ends in a row, for the back-off. */
	readonly row: number;
	/** When the ends that were to be restarted happened, for the limit. */
	readonly ends: readonly number[];
};

export type Kind = 'daemon' | 'run' | 'foreign';

/** The part of a specification that the life of a process depends on. Durations in milliseconds. */
export type Spec = {
	readonly kind: Kind;
	/** Ready once exec succeeded, when somebody says so, or (a oneshot) when it has ended well. */
	readonly ready: 'exec' | 'told' | 'end';
	/** Undefined: as long as it takes. */
	readonly startTimeout: number | undefined;
	/** Between its runs it waits for its time instead of being `exited`. */
	readonly timed: boolean;
	readonly restart: 'always' | 'on-failure' | 'never';
	readonly success: { readonly codes: readonly number[]; readonly signals: readonly string[] };
	readonly stopTimeout: number;
	readonly backoff: {
		readonly from: number;
		readonly factor: number;
		readonly to: number;
		readonly reset: number;
		readonly jitter: number;
	};
	readonly limit: { readonly failures: number; readonly within: number; readonly retry: number };
};

export type Life = { readonly state: State; readonly history: History };

/** Why a request cannot be carried out in this state; worded where it is told. */
export type Denial = 'no-process' | Exclude<Kind, 'daemon'> | 'not-paused' | 'starting';

export type Step = { readonly life: Life; readonly effects: readonly Effect[] } | { readonly denied: Denial };
