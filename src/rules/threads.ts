import { Backlog, mostWaiting, tell } from './backlog.ts';
import { Host } from './host.ts';
import { type Loaded, type Loading, mistaken, type Resident } from './resident.ts';
import type { Kept, ProcessView } from './rule.ts';
import type { Call, Lua, Outcome } from './thread.ts';
import { Thread } from './worker.ts';

/** Threads for files that held up others; with the one that all share, one more may be there. */
export const mostApart = 8;

export type ThreadsPorts = {
	/** The path of dist/rules.cjs. */
	readonly program: string;
	/** The state of a file changed: to be kept at once, for what its rules ask for is carried out next. */
	readonly keep: (file: string, state: Kept) => void;
};

/**
 * Lua in worker threads. All files share one, which is there while a file with functions is. A file whose call holds up
 * others keeps that thread, and the others go on in a new one; from then on it has a thread of its own until it is
 * loaded anew. Of those there are `mostApart`; further ones share the last.
 */
export class Threads implements Lua {
	readonly #ports: ThreadsPorts;
	readonly #files = new Map<string, Resident>();
	/** The load of a file that was asked for last. */
	readonly #loads = new Map<string, { isDropped: boolean; readonly ended: Promise<unknown> }>();
	readonly #known = new Map<string, ProcessView>();
	#shared: Host;
	readonly #apart = new Set<Host>();
	#order = 0;

	constructor(ports: ThreadsPorts) {
		this.#ports = ports;
		this.#shared = this.#host();
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
		this.#shared.loads.push({ file, source, state, again: undefined, done });
		this.#shared.stir();
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
			tell(resident.backlog.fail({ wrong: 'its file was dropped', line: 0 }));
		}
	}

	know(name: string, view: ProcessView | undefined): void {
		if (view === undefined) {
			this.#known.delete(name);
		} else {
			this.#known.set(name, view);
		}
		for (const host of [this.#shared, ...this.#apart]) {
			host.know(name, view);
		}
	}

	call(call: Call, done: (outcome: Outcome) => void): void {
		const resident = this.#files.get(call.file);
		if (resident?.backlog.add({ order: this.#order++, call, done })) {
			resident.host.stir();
			return;
		}
		const wrong = resident === undefined ? 'its file is not loaded' : `more than ${mostWaiting} calls wait`;
		queueMicrotask(() => done({ wrong, line: 0 }));
	}

	async close(): Promise<void> {
		for (const host of [this.#shared, ...this.#apart]) {
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
			this.#retire(host);
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
			this.#retire(host);
		}
		tell(
			backlog.fail(
				{ wrong: 'its rule is not there any more', line: 0 },
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
		this.#retire(host);
	}

	/** A thread that nobody lives in any more makes room for another. */
	#retire(host: Host): void {
		if (host.isEmpty) {
			this.#apart.delete(host);
		}
		host.stir();
	}

	#host(): Host {
		return new Host({
			program: this.#ports.program,
			known: this.#known,
			keep: this.#ports.keep,
			slow: (host, at) => {
				if (host === this.#shared && host.isWaitedFor(at)) {
					this.#part(at);
				}
			},
			makeRoom: (host, resident) => {
				const isAlone = host !== this.#shared || host.residents.size === 1;
				if (!isAlone) {
					this.#move(resident, this.#newApart() ?? this.#lastApart());
				}
				return !isAlone;
			},
		});
	}

	/** What is slow keeps the shared thread, everybody else gets a new one; where there are too many, it joins the last. */
	#part(at: Resident | Loading): void {
		const host = this.#shared;
		if (this.#apart.size >= mostApart) {
			const last = this.#lastApart();
			if ('backlog' in at) {
				this.#move(at, last);
				host.restart(undefined);
			} else {
				host.restart(at);
				last.loads.push(at);
				last.stir();
			}
			return;
		}
		const next = this.#host();
		next.loads.push(...host.giveLoads(at));
		for (const resident of [...host.residents]) {
			if (resident !== at) {
				this.#move(resident, next);
			}
		}
		host.isEager = false;
		this.#apart.add(host);
		this.#shared = next;
		next.stir();
	}

	#newApart(): Host | undefined {
		if (this.#apart.size >= mostApart) {
			return undefined;
		}
		const host = this.#host();
		host.isEager = false;
		this.#apart.add(host);
		return host;
	}

	#lastApart(): Host {
		return [...this.#apart].at(-1) ?? this.#shared;
	}

	#move(resident: Resident, to: Host): void {
		const from = resident.host;
		from.leave(resident);
		from.drop(resident.file);
		to.take(resident);
	}
}
