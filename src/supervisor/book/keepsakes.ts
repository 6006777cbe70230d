/** Descriptors of an entry that the keeper holds as well, by the numbers they have there (keeper/kept.ts). */
export type Keepsakes = {
	/** Its socket for sd_notify(3), and who may write to it besides root. */
	readonly notify?: { readonly number: number; readonly uid: number } | undefined;
	/** The end to read from of the pipe by which it says that it is ready. */
	readonly ready?: number | undefined;
	/** What it had given to archon (FDSTORE=1), in the order it came. */
	readonly store?: readonly Stored[] | undefined;
	/** The sockets of its service, all of them with each of its instances. */
	readonly sockets?: readonly KeptSocket[] | undefined;
	/** Where its programs ask for what they bind, and whose that is (-1: ours). */
	readonly door?: { readonly number: number; readonly uid: number } | undefined;
	/** For each of its starts: where it sends who listens to its bind(2), who that is, what is being answered; or -1. */
	readonly binders?:
		| readonly { readonly cradle: number; readonly listener: number; readonly memory: number }[]
		| undefined;
	/** The pidfd of a foreign process. */
	readonly pidfd?: number | undefined;
};

/**
 * `address` as `Sockets` shows it; `place`: what its path led to when it was bound; `last`: the pid of the process of this entry that got it last, 0 for none, and `start`
 * which start that is of; `accepted`: who was seen to have accepted last, of whichever entry.
 */
export type KeptSocket = {
	readonly address: string;
	readonly number: number;
	readonly place?: string | undefined;
	readonly last: number;
	readonly start?: number | undefined;
	readonly accepted?: { readonly pid: number; readonly start: number } | undefined;
	/** A rule allowed it. */
	readonly isGranted: boolean;
};

export type Stored = { readonly name: string; readonly number: number; readonly isWatched: boolean };

/** The same when the keeper that held them has died: what can be made again is known by what it was. */
export function lost({ notify, sockets, door }: Keepsakes): Keepsakes {
	return {
		notify: notify && { ...notify, number: -1 },
		sockets: sockets?.map((it) => ({ ...it, number: -1 })),
		door: door && { ...door, number: -1 },
	};
}
