import type { End } from '../process/state.ts';
import type { Broken } from './broken.ts';
import type { Entry, Main } from './entry.ts';
import type { Launch } from './launch.ts';

/** How a command ended, or why it has no end of its own: a step of its start failed, it took too long, was given up. */
export type Outcome = { readonly end: End } | { readonly broken: Broken };

/** A command that runs on behalf of an entry, before its main process or beside it; its end is none of the entry's. */
export type Aside = {
	readonly kind: 'aside';
	/** What the ledger has it as, where that is nothing that a daemon that takes over may kill. */
	readonly as?: 'binder' | undefined;
	readonly entry: Entry;
	readonly launch: Launch;
	/** From its clone until its end was settled. */
	process: Main | undefined;
	/** Called once, when the process is gone; what it left behind may still be there. */
	readonly ended: (main: Main, outcome: Outcome) => void;
};
