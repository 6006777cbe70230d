import { isRefusal, type Refusal } from '../../base/refusal.ts';
import { isOnConnect as isSaidSo } from '../../service/life.ts';
import type { Entry } from '../entry.ts';
import { forConnection, isListening } from '../graph/standing.ts';
import type { Socket } from './shelf.ts';
import type { Sockets } from './sockets.ts';

export type ActivationPorts = {
	readonly sockets: Pick<Sockets, 'await' | 'forgo'>;
	/** Binds what is missing of an entry's sockets, as whom it runs. */
	readonly open: (entry: Entry) => Promise<readonly Socket[] | Refusal> | readonly Socket[] | Refusal;
	/** It may start now. */
	readonly release: (entry: Entry) => void;
};

/**
 * Services with `activate = "on-connect"`: `waiting`, because `held` says so, until somebody connects to one of their
 * sockets, or asks for a start. What cannot be bound is started all the same, for the start says why.
 */
export class Activation {
	readonly #ports: ActivationPorts;
	/** Those that may start. */
	readonly #due = new Set<Entry>();
	/** Those whose sockets are watched, or about to be; each with what its service was then. */
	readonly #armed = new Map<Entry, Entry['service']>();

	constructor(ports: ActivationPorts) {
		this.#ports = ports;
	}

	/** Why a start has to wait now: for a connection; undefined when there was one, or it need not wait for that. */
	held(entry: Entry): string | undefined {
		const { state } = entry.life;
		const isAsked = this.#due.has(entry) || (state.tag === 'stopping' && state.afterwards === 'start');
		return isOnConnect(entry) && !isAsked ? forConnection : undefined;
	}

	/** Somebody asked for a start: it waits for no connection. To be called before the life hears of it. */
	asked(entry: Entry): void {
		if (isOnConnect(entry)) {
			this.#due.add(entry);
		}
	}

	/** To be called after each change of an entry's life, and of its service. */
	changed(entry: Entry): void {
		if (entry.life.state.tag !== 'waiting') {
			this.#due.delete(entry);
		}
		if (!isListening(entry)) {
			this.#disarm(entry);
		} else if (!isOnConnect(entry)) {
			// It was one until a reload.
			this.#disarm(entry);
			this.#ports.release(entry);
		} else if (!this.#armed.has(entry) || this.#armed.get(entry) !== entry.service) {
			void this.#arm(entry);
		}
	}

	async #arm(entry: Entry): Promise<void> {
		const { service } = entry;
		this.#armed.set(entry, service);
		const opening = this.#ports.open(entry);
		const opened = opening instanceof Promise ? await opening : opening;
		if (this.#armed.get(entry) !== service || !isListening(entry)) {
			return;
		}
		if (isRefusal(opened)) {
			// Not from within the change that is being told.
			queueMicrotask(() => this.#go(entry));
		} else {
			this.#ports.sockets.await(entry, opened, () => this.#go(entry));
		}
	}

	#go(entry: Entry): void {
		if (isListening(entry)) {
			this.#due.add(entry);
			this.#ports.release(entry);
		}
	}

	#disarm(entry: Entry): void {
		if (this.#armed.delete(entry)) {
			this.#ports.sockets.forgo(entry);
		}
	}
}

/** Whether a connection starts it. */
export function isOnConnect({ service }: Entry): boolean {
	return service !== undefined && isSaidSo(service);
}
