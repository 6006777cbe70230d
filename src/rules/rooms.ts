import { Host } from './host.ts';
import type { HostPorts } from './host-ports.ts';
import type { Loading, Resident } from './resident.ts';

/** Threads for files that held up others; with the one that all share, one more may be there. */
export const mostApart = 8;

/**
 * The threads, and which file lives in which: all share one. A file whose call holds up others keeps that thread, and the
 * others go on in a new one. Where memory runs out, maybe by the fault of many, what needs more gets a new one.
 */
export class Rooms {
	readonly #ports: Pick<HostPorts, 'program' | 'known' | 'keep' | 'together'>;
	#shared: Host;
	readonly #apart = new Set<Host>();
	/** Of these, in whose threads there may be what others kept that have left them. */
	readonly #littered = new WeakSet<Host>();

	constructor(ports: Pick<HostPorts, 'program' | 'known' | 'keep' | 'together'>) {
		this.#ports = ports;
		this.#shared = this.#host();
	}

	/** Where files are loaded. */
	get shared(): Host {
		return this.#shared;
	}

	get all(): readonly Host[] {
		return [this.#shared, ...this.#apart];
	}

	/** A thread that nobody lives in any more makes room for another. */
	retire(host: Host): void {
		if (host.isEmpty) {
			this.#apart.delete(host);
		}
		host.stir();
	}

	#host(): Host {
		return new Host({
			...this.#ports,
			slow: (host, at) => {
				if (host === this.#shared && host.isWaitedFor(at)) {
					this.#part(at);
				}
			},
			makeRoom: (host, at) => {
				if (this.#littered.delete(host)) {
					return this.#tryAgain(host, at);
				}
				return 'backlog' in at ? this.#makeRoom(host, at) : this.#loadElsewhere(host, at);
			},
		});
	}

	/** What is slow keeps the shared thread, everybody else gets a new one; where there are too many, it joins the last. */
	#part(at: Resident | Loading): void {
		const host = this.#shared;
		if (this.#apart.size >= mostApart) {
			const last = this.#lastApart();
			if ('backlog' in at) {
				move(at, last);
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
		this.#littered.add(host);
		for (const resident of [...host.residents]) {
			if (resident !== at) {
				move(resident, next);
			}
		}
		host.isEager = false;
		this.#apart.add(host);
		this.#shared = next;
		next.stir();
	}

	/** In a thread of its own, where that one is the first. */
	#tryAgain(host: Host, at: Resident | Loading): true {
		if (!('backlog' in at)) {
			host.loads.unshift(at);
		}
		return true;
	}

	#makeRoom(host: Host, resident: Resident): boolean {
		const to = host.residents.size === 1 ? host : (this.#newApart() ?? this.#lastApart());
		if (to !== host) {
			move(resident, to);
		}
		return to !== host;
	}

	/** Who lives there stays; this and what comes after it is loaded in a new thread, which all share from now on. */
	#loadElsewhere(host: Host, loading: Loading): boolean {
		if (host !== this.#shared || host.residents.size === 0 || this.#apart.size >= mostApart) {
			return false;
		}
		const next = this.#host();
		const done: Loading['done'] = (loaded, at) => {
			loading.done(loaded, at);
			if (this.#shared === next && next.isEmpty && this.#apart.delete(host)) {
				// It was this one alone that needed so much.
				this.#shared = host;
			}
		};
		next.loads.push({ ...loading, done }, ...host.loads.splice(0));
		this.#apart.add(host);
		this.#shared = next;
		next.stir();
		return true;
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
}

function move(resident: Resident, to: Host): void {
	const from = resident.host;
	from.leave(resident);
	from.drop(resident.file);
	to.take(resident);
}
