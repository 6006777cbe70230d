import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path/posix';
import { errnoText } from '../../base/errno.ts';
import type { IsAsked, Passed } from './lookup.ts';

/** Directories and files that one set watches at most; the system has its own limit (fs.inotify.max_user_watches). */
export const mostWatches = 4096;

type Put = { readonly isNew: boolean; readonly isGone: boolean; readonly trouble: string | undefined };

/** One place that is watched, and who asks about it. */
type Watch<Owner> = {
	readonly identity: string;
	readonly handle: FSWatcher;
	readonly owners: Map<Owner, readonly IsAsked[]>;
	/** It told something of the place itself: perhaps that there is no such place any more. */
	isStale: boolean;
};

/** The places that are watched for somebody: each once, however many ask about it. */
export class Watches<Owner> {
	readonly #tell: (owner: Owner) => void;
	readonly #watches = new Map<string, Watch<Owner>>();
	/** What each owner has asked about. */
	readonly #places = new Map<Owner, ReadonlySet<string>>();

	/** `tell`: something has happened that this owner asked about. */
	constructor(tell: (owner: Owner) => void) {
		this.#tell = tell;
	}

	get size(): number {
		return this.#watches.size;
	}

	/**
	 * From now on an owner asks about these places alone. `isNew`: one of them was not watched before, so what happened
	 * there since it was looked at is not known; `isGone`: one was there and no longer is; `trouble`: why one cannot be
	 * watched. fs.watch itself is synchronous: these have just answered.
	 */
	put(owner: Owner, passed: ReadonlyMap<string, Passed>): Put {
		let isNew = false;
		let isGone = false;
		let trouble: string | undefined;
		for (const [path, { identity, asked }] of passed) {
			const known = this.#watches.get(path);
			if (known !== undefined && known.identity === identity && !known.isStale) {
				known.owners.set(owner, asked);
				continue;
			}
			const begun = this.#begin(path, identity, known);
			if (typeof begun === 'string') {
				trouble ??= begun;
			} else if (begun === undefined) {
				isGone = true;
			} else {
				begun.owners.set(owner, asked);
				isNew = true;
			}
		}
		this.#leave(owner, passed);
		this.#places.set(owner, new Set(passed.keys()));
		return { isNew, isGone, trouble };
	}

	/** An owner asks about nothing any more. */
	drop(owner: Owner): void {
		this.#leave(owner, new Map());
		this.#places.delete(owner);
	}

	close(): void {
		for (const { handle } of this.#watches.values()) {
			handle.close();
		}
		this.#watches.clear();
		this.#places.clear();
	}

	#begin(
		path: string,
		identity: string,
		before: Watch<Owner> | undefined,
	): Watch<Owner> | string | undefined {
		if (before === undefined && this.#watches.size >= mostWatches) {
			return `cannot watch all: more than ${mostWatches} directories`;
		}
		try {
			const handle = watch(Buffer.from(path, 'latin1'), { persistent: false, encoding: 'latin1' });
			const made: Watch<Owner> = { identity, handle, owners: before?.owners ?? new Map(), isStale: false };
			const isSelf = (name: string | null) => name === null || name === '' || name === basename(path);
			handle.on('change', (_, name) => this.#hear(made, String(name), isSelf(name as string | null)));
			handle.on('error', () => this.#hear(made, '', true));
			before?.handle.close();
			this.#watches.set(path, made);
			return made;
		} catch (error) {
			return reasonOf(path, error as NodeJS.ErrnoException);
		}
	}

	#hear(watch: Watch<Owner>, name: string, isSelf: boolean): void {
		watch.isStale ||= isSelf;
		for (const [owner, asked] of watch.owners) {
			if (isSelf || asked.some((it) => it(name))) {
				this.#tell(owner);
			}
		}
	}

	#leave(owner: Owner, but: ReadonlyMap<string, unknown>): void {
		for (const path of this.#places.get(owner) ?? []) {
			const watch = but.has(path) ? undefined : this.#watches.get(path);
			watch?.owners.delete(owner);
			if (watch?.owners.size === 0) {
				watch.handle.close();
				this.#watches.delete(path);
			}
		}
	}
}

/** Why a place cannot be watched; undefined: there is none. What the user has used up is one reason for all of them. */
function reasonOf(path: string, { code, errno = 0 }: NodeJS.ErrnoException): string | undefined {
	if (code === 'ENOENT' || code === 'ENOTDIR') {
		return undefined;
	}
	if (code === 'ENOSPC') {
		return 'cannot watch all: no inotify watches are left, raise fs.inotify.max_user_watches';
	}
	return code === 'EMFILE'
		? 'cannot watch: no inotify instances or descriptors are left, raise fs.inotify.max_user_instances'
		: `cannot watch ${path}: ${errnoText(errno)}`;
}
