/** Descriptors of an entry that the keeper holds as well, by the numbers they have there (keeper/kept.ts). */
export type Keepsakes = {
	/** Its socket for sd_notify(3), and who may write to it besides root. */
	readonly notify?: { readonly number: number; readonly uid: number } | undefined;
	/** The end to read from of the pipe by which it says that it is ready. */
	readonly ready?: number | undefined;
	/** What it had given to archon (FDSTORE=1), in the order it came. */
	readonly store?: readonly Stored[] | undefined;
	/** The pidfd of a foreign process. */
	readonly pidfd?: number | undefined;
};

export type Stored = { readonly name: string; readonly number: number; readonly isWatched: boolean };

/** The same when the keeper that held them has died: what they were is known, they are gone. */
export function lost({ notify }: Keepsakes): Keepsakes {
	return { notify: notify && { ...notify, number: -1 } };
}
