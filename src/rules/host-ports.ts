import type { Host } from './host.ts';
import type { Loading, Resident } from './resident.ts';
import type { Kept, ProcessView } from './rule.ts';

/** What the files of one thread need of the whole. */
export type HostPorts = {
	/** The path of the thread's program. */
	readonly program: string;
	readonly known: ReadonlyMap<string, ProcessView>;
	/** The state of a file changed. What its answers ask for comes after this. */
	readonly keep: (file: string, state: Kept) => void;
	/** Answers that came together are told within this. */
	readonly together: (act: () => void) => void;
	/** What the thread is at takes its time, and others may wait for it. */
	readonly slow: (host: Host, at: Resident | Loading) => void;
	/**
	 * Memory ran out at a call of this file, or while it was loaded, maybe by the fault of others here: it is given a thread
	 * with more room, if there is one.
	 */
	readonly makeRoom: (host: Host, at: Resident | Loading) => boolean;
};
