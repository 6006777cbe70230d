import type { Bus } from '../events/bus.ts';
import type { Journal } from '../events/journal.ts';
import type { Supervisor } from '../supervisor/supervisor.ts';
import type { Request } from './request.ts';

/** What a handler may use. A client that imports a request never loads what is behind these types. */
export type Context = {
	readonly supervisor: Supervisor;
	readonly journal: Journal;
	readonly bus: Bus;
	readonly logDirectory: string;
	readonly version: string;
	readonly requests: readonly Request[];
	/** Who asks. */
	readonly peer: { readonly pid: number; readonly uid: number; readonly gid: number };
	/** Descriptors that came with the request; whoever takes them takes them out. */
	readonly fds: number[];
};
