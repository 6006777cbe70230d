/**
 * What a service is, checked and with every default filled in: what the configuration yields and what a `StartDaemon`
 * becomes. Data only. Texts are latin1, a character per byte, as everywhere in the daemon; times are milliseconds.
 */

import type { Address } from './address.ts';

export type Service = {
	/** As it is called in the file; of several instances each process is `name@1`, `name@2`, … */
	readonly name: string;
	readonly run: readonly string[];
	readonly ready: Ready;
	/** From the start (the commands of `before` included) until it must be ready; undefined: as long as it takes. */
	readonly startTimeout: number | undefined;
	/** Absolute. A program with a slash and the commands of this service count from here. */
	readonly directory: string;
	/** `env_file` and `env`, merged. */
	readonly env: ReadonlyMap<string, string>;
	readonly before: readonly (readonly string[])[];
	/** What `Refresh` does; undefined: it is refused. */
	readonly reload: Reload | undefined;
	readonly success: { readonly codes: readonly number[]; readonly signals: readonly string[] };
	/** Undefined: the daemon's own. */
	readonly user: string | undefined;
	/** Undefined: the user's own. */
	readonly group: string | undefined;
	readonly umask: number;
	readonly requires: readonly string[];
	readonly wants: readonly string[];
	readonly after: readonly string[];
	readonly restart: 'always' | 'on-failure' | 'never';
	readonly backoff: {
		readonly from: number;
		readonly factor: number;
		readonly to: number;
		readonly reset: number;
		readonly jitter: number;
	};
	readonly limit: { readonly failures: number; readonly within: number; readonly retry: number };
	readonly stop: { readonly signal: number; readonly timeout: number };
	readonly watchdog: number | undefined;
	readonly probe: Probe | undefined;
	readonly onDegraded: OnDegraded;
	readonly limits: Limits;
	/** Undefined: inherited. */
	readonly nice: number | undefined;
	readonly oomScore: number | undefined;
	readonly noNewPrivs: boolean;
	/** `max` in bytes; `keep` counts the file in use. */
	readonly log: { readonly max: number; readonly keep: number };
	readonly labels: ReadonlyMap<string, string>;
	readonly instances: number;
	readonly oneshot: boolean;
	/** What its main process leaves behind when it ends by itself is ended too. */
	readonly sweeps: boolean;
	readonly manual: boolean;
	readonly timer: Timer | undefined;
	/** What archon binds for it and keeps; see supervisor/sockets. */
	readonly sockets: readonly Address[];
	/** With `on-connect` it waits until somebody connects to one of its sockets, if it has any. */
	readonly activate: 'start' | 'on-connect';
	/** What it binds archon is asked for: by the shim (native/bind.c), or with `seccomp` by the kernel (native/binder.c). */
	readonly bind: boolean | 'seccomp';
	/** Names of ports that archon chooses for each of its processes. */
	readonly ports: readonly string[];
	/** With `overlap` a restart by request ends what runs only when the new one is ready; see supervisor/overlaps.ts. */
	readonly restartMode: 'replace' | 'overlap';
};

/** Something that is tried until it holds (readiness) or as long as it holds (health). */
export type Check =
	| { readonly tag: 'tcp'; readonly host: string; readonly port: number }
	| { readonly tag: 'http'; readonly url: string }
	/** The arguments, read from `run:` as a CSV record like `<args>` on the wire. */
	| { readonly tag: 'run'; readonly args: readonly string[] };

export type Ready =
	| { readonly tag: 'exec' }
	| { readonly tag: 'notify' }
	/** The service writes a line break into that descriptor (s6). */
	| { readonly tag: 'fd'; readonly fd: number }
	/** A line of its output that matches this regular expression. */
	| { readonly tag: 'log'; readonly pattern: string }
	| Check;

export type Reload =
	| { readonly tag: 'signal'; readonly signal: number }
	| { readonly tag: 'command'; readonly args: readonly string[] };

export type Probe = {
	readonly check: Check;
	readonly every: number;
	readonly timeout: number;
	readonly failures: number;
};

export type OnDegraded =
	| { readonly tag: 'restart' }
	| { readonly tag: 'none' }
	| { readonly tag: 'signal'; readonly signal: number };

/** What `limits` says: resource limits of setrlimit(2) by their lower-case names, and those a control group keeps. */
export type Limits = {
	/** Soft and hard alike; Infinity for "unlimited". */
	readonly resources: ReadonlyMap<string, number>;
	/** Bytes of the whole tree; undefined: none. */
	readonly memory: number | undefined;
	/** Processes of the whole tree; undefined: none. */
	readonly pids: number | undefined;
};

export type Timer = (
	| { readonly tag: 'every'; readonly every: number }
	| { readonly tag: 'cron'; readonly cron: string; readonly timezone: string }
) & { readonly overlap: boolean };

export type Group = {
	readonly name: string;
	/** Services or groups, in their order. */
	readonly members: readonly string[];
	readonly strategy: 'one_for_one' | 'one_for_all' | 'rest_for_one';
	readonly intensity: { readonly restarts: number; readonly within: number };
};
