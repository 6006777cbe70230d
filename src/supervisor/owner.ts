import type { SlotKind } from '../keeper/ledger.ts';
import type { Service } from '../service/service.ts';
import type { Aside } from './aside.ts';
import type { Entry } from './entry.ts';
import { frontOf } from './overlap-of.ts';
import { ownSettings } from './settings.ts';

/** Whose a process is: the main one of an entry, or a command beside it. */
export type Owner = Entry | Aside;

/** As what the ledger has its process. */
export function kindOf(owner: Owner): SlotKind {
	return owner.kind === 'foreign' ? 'daemon' : owner.kind === 'aside' ? (owner.as ?? 'aside') : owner.kind;
}

/** The name that its process goes by. */
export function nameOf(owner: Owner): string {
	return entryOf(owner).name;
}

/** The name that its log goes by: two processes of one service write into one. */
export function logNameOf(owner: Owner): string {
	return frontOf(entryOf(owner)).name;
}

/** The limits of its log; undefined: the plain ones. */
export function logOf(owner: Owner): Service['log'] | undefined {
	return entryOf(owner).service?.log;
}

/** The environment of one that nothing else is known of. */
export function ownOf(owner: Owner): ReadonlyMap<string, string> {
	return owner.kind === 'daemon' || owner.kind === 'aside'
		? ownSettings({ name: logNameOf(owner) })
		: nothing;
}

const nothing: ReadonlyMap<string, string> = new Map();

function entryOf(owner: Owner): Entry {
	return owner.kind === 'aside' ? owner.entry : owner;
}

/** Where it is to run; a directory that came as a descriptor (the fourth of `Run`) has no path. */
export function directoryOf({ launch }: Owner): string | undefined {
	return launch === undefined || launch.fds.length > 3 ? undefined : launch.directory;
}
