import { Backlog, mostWaiting, tell } from './backlog.ts';
import type { Host } from './host.ts';
import { type Loaded, mistaken, type Resident } from './resident.ts';
import { Rooms } from './rooms.ts';
import type { Kept, ProcessView } from './rule.ts';
import type { Call, Lua, Outcome } from './thread.ts';
import { Thread } from './worker.ts';

export type ThreadsPorts = {
	/** The path of dist/rules.cjs. */
	readonly program: string;
	/** The state of a file changed: to be kept at once, for what its rules ask for is carried out next. */
	readonly keep: (file: string, state: Kept) => void;
	/** Answers that came together are told within this; at once where it is left out. */
	readonly together?: (act: () => void) => void;
};

/**
 * Lua in worker threads. All files share one, which is there while a file with functions is. A file whose call holds up
 * others has a thread of its own (see Rooms) until it is loaded anew. Of those there are `mostApart`; further ones share
 * the last.
 */
export class Threads implements Lua {
	readonly #files = new Map<string, Resident>();
	/** The load of a file that was asked for last. */
	readonly #loads = new Map<string, { isDropped: boolean; readonly ended: Promise<unknown> }>();
	readonly #known = new Map<string, ProcessView>();
	readonly #rooms: Rooms;
	#order = 0;

	constructor({ program, keep, together = (act) => act() }: ThreadsPorts) {
		this.#rooms = new Rooms({ program, keep, together, known: this.#known });
	}

	async load(file: string, source: string, state: Kept | undefined): Promise<Loaded> {
		const before = this.#loads.get(file)?.ended;
		const { promise, resolve } = Promise.withResolvers<Loaded>();
		const load = { isDropped: false, ended: promise };
		this.#loads.set(file, load);
		await before;
		const old = this.#files.get(file);
		if (old !== undefined) {
			// What the new one is given must be all that the old one did.
			old.isPaused = true;
			old.host.recall(old);
		}
		const done = (loaded: Loaded, host: Host) => {
			if (this.#loads.get(file) === load) {
				this.#loads.delete(file);
			}
			resolve(this.#loaded({ file, source, state }, loaded, host, load.isDropped));
		};
		const { shared } = this.#rooms;
		shared.loads.push({ file, source, state, again: undefined, done });
		shared.stir();
		return await promise;
	}

	drop(file: string): void {
		const load = this.#loads.get(file);
		if (load !== undefined) {
			load.isDropped = true;
		}
		const resident = this.#files.get(file);
		if (resident !== undefined) {
			this.#files.delete(file);
			this.#leave(resident, true);
			tell(resident.backlog.fail({ wrong: 'its file was dropped', line: 0, isGone: true }));
		}
	}

	know(name: string, view: ProcessView | undefined): void {
		if (view === undefined) {
			this.#known.delete(name);
		} else {
			this.#known.set(name, view);
		}
		for (const host of this.#rooms.all) {
			host.know(name, view);
		}
	}

	call(call: Call, done: (outcome: Outcome) => void): void {
		const resident = this.#files.get(call.file);
		if (resident?.backlog.add({ order: this.#order++, call, done })) {
			resident.host.stir();
			return;
		}
		const outcome: Outcome =
			resident === undefined
				? { wrong: 'its file is not loaded', line: 0, isGone: true }
				: { wrong: `more than ${mostWaiting} calls wait`, line: 0 };
		queueMicrotask(() => done(outcome));
	}

	async close(): Promise<void> {
		for (const host of this.#rooms.all) {
			host.close();
		}
		await Thread.ended();
	}

	#loaded(
		{ file, source, state }: { file: string; source: string; state: Kept | undefined },
		loaded: Loaded,
		host: Host,
		isDropped: boolean,
	): Loaded {
		const old = this.#files.get(file);
		if ('mistakes' in loaded || isDropped) {
			if (!('mistakes' in loaded)) {
				host.drop(file);
			}
			if (old !== undefined) {
				old.isPaused = false;
				old.host.stir();
			}
			this.#rooms.retire(host);
			return isDropped ? mistaken(file, 'dropped while it was being loaded') : loaded;
		}
		const functions = new Set(loaded.filter(({ act }) => act.tag === 'function').map(({ title }) => title));
		const backlog = old?.backlog ?? new Backlog();
		if (old !== undefined) {
			this.#leave(old, old.host !== host);
		}
		if (functions.size > 0) {
			const resident = { file, source, state, backlog, host, isPaused: false, isBroken: false };
			this.#files.set(file, resident);
			host.take(resident, true);
		} else {
			this.#files.delete(file);
			host.drop(file);
			this.#rooms.retire(host);
		}
		tell(
			backlog.fail(
				{ wrong: 'its rule is not there any more', line: 0, isGone: true },
				({ title }) => !functions.has(title),
			),
		);
		return loaded;
	}

	#leave(resident: Resident, isToBeDropped: boolean): void {
		const { host } = resident;
		host.leave(resident);
		if (isToBeDropped) {
			host.drop(resident.file);
		}
		this.#rooms.retire(host);
	}
}
