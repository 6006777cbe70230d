import type { Keepsakes } from './book/keepsakes.ts';
import type { Entry } from './entry.ts';
import type { Foreign } from './foreign.ts';
import type { Readiness } from './ready/readiness.ts';
import type { Binders } from './sockets/binders.ts';
import type { Doors } from './sockets/doors.ts';
import type { KeptSockets } from './sockets/kept-sockets.ts';
import { openAs } from './sockets/open-as.ts';
import type { Sockets } from './sockets/sockets.ts';
import type { Users } from './users.ts';

/** Those for whom the keeper holds descriptors. */
export type Keepers = {
	readonly foreign: Foreign;
	readonly known: Readiness;
	readonly sockets: Sockets;
	readonly keptSockets: KeptSockets;
	readonly doors: Doors;
	readonly binders: Binders;
	readonly users: Users;
};

/** What the keeper holds for an entry. */
export function keptFor({ foreign, known, keptSockets, doors, binders }: Keepers, entry: Entry): Keepsakes {
	return entry.kind === 'foreign'
		? { pidfd: foreign.keptFor(entry) }
		: {
				...known.ready.keptFor(entry),
				sockets: keptSockets.keptFor(entry),
				door: doors.keptFor(entry),
				binders: binders.keptFor(entry),
			};
}

/** It is taken back from a daemon that died. */
export function restoreKept(
	{ known, keptSockets, doors, binders }: Keepers,
	entry: Entry,
	kept: Keepsakes,
): void {
	known.ready.restore(entry, kept);
	if (kept.sockets !== undefined) {
		keptSockets.restore(entry, kept.sockets);
	}
	if (kept.door !== undefined) {
		doors.restore(entry, kept.door);
	}
	binders.restore(entry, kept.binders ?? []);
}

/** Once an entry has its process again: takes what went with the keeper from there, or makes it anew. */
export function regain({ sockets, keptSockets, users }: Keepers, entry: Entry): void {
	if (keptSockets.regain(entry)) {
		// Who cannot bind it now is told why by the next start, as with any.
		void openAs(entry, { open: (it, owner) => sockets.complete(it, owner) }, users);
	}
}
