import type { Cgroup } from './cgroup.ts';
import type { Stdio } from './foreground.ts';
import type { Identity } from './identity.ts';

/** What one start gets beyond its launch. */
export type Extras = {
	/** Descriptors besides 0 to 2 and the number each gets (3 or more); they stay the caller's to close. */
	readonly passed: readonly (readonly [fd: number, target: number])[];
	/** Settings of archon itself (settings.ts), which nobody overrides. The value of `LISTEN_PID` is the process's own. */
	readonly own: ReadonlyMap<string, string>;
	/** The program and its arguments where they differ from those of the launch. */
	readonly args?: readonly string[] | undefined;
	/** Undefined: as the daemon, with umask 022. */
	readonly identity: Identity | undefined;
	/** Where it is born; undefined: where the daemon is. */
	readonly cgroup: Cgroup | undefined;
	/** Where who listens to what it binds is sent (sockets/binders.ts). */
	readonly listens?: number | undefined;
	/** Undefined: what its launch has, else /dev/null and its log. */
	readonly stdio?: Stdio | undefined;
};
