import type { Addon } from './addon.ts';

/** Bits of epoll_ctl(2). */
export const epoll = {
	in: 1,
	pri: 2,
	out: 4,
	err: 8,
	hup: 16,
	rdhup: 0x2000,
	oneshot: 1 << 30,
	edge: 1 << 31,
} as const;

type Native = Pick<
	Addon,
	'ready' | 'start' | 'watch' | 'change' | 'unwatch' | 'watchUrgent' | 'unwatchUrgent'
>;
type Handler = (events: number) => void;

/** Who is to be called when a descriptor becomes ready: the addon's one epoll, by tokens that are never used twice. */
export class Poller {
	private readonly native: Native;
	private readonly handlers = new Map<number, Handler>();
	/** Of whom `watchLast` was asked the latest. */
	private last = 0;
	private latest = 0;

	constructor(native: Native) {
		this.native = native;
	}

	/**
	 * Puts the epoll under the event loop. `onFault` gets what a handler throws: it must not take the others along;
	 * `onTurn` is called before the handlers, each time something was ready.
	 */
	start(onFault: (fault: unknown) => void, onTurn = () => {}): void {
		this.native.start((count) => {
			onTurn();
			let last = -1;
			for (let i = 0; i < count; i++) {
				if (this.native.ready[2 * i] === this.last) {
					last = i;
				} else {
					this.#call(i, onFault);
				}
			}
			if (last >= 0) {
				this.#call(last, onFault);
			}
		});
	}

	#call(i: number, onFault: (fault: unknown) => void): void {
		const handler = this.handlers.get(this.native.ready[2 * i] ?? 0);
		try {
			handler?.(this.native.ready[2 * i + 1] ?? 0);
		} catch (fault) {
			onFault(fault);
		}
	}

	/** A token whose readiness somebody else announces (`spawn` watches the end of its exec itself). */
	token(handler: Handler): number {
		// 31 bits, 0 is never given: at a million a second they come round after 35 minutes, so those in use are skipped.
		do {
			this.latest = (this.latest % 0x7ffffffe) + 1;
		} while (this.handlers.has(this.latest));
		this.handlers.set(this.latest, handler);
		return this.latest;
	}

	/** Watches a descriptor; throws what the system says when it cannot be watched. */
	watch(fd: number, events: number, handler: Handler): number {
		const token = this.token(handler);
		return this.#watched(fd, token, this.native.watch(fd, token, events));
	}

	/**
	 * The same for the one that is called after all the others that are ready: epoll(7) puts what is watched level-triggered
	 * and was ready before those that became so since.
	 */
	watchLast(fd: number, events: number, handler: Handler): number {
		this.last = this.watch(fd, events, handler);
		return this.last;
	}

	/** Watches one that tells what is urgent once and then takes it back: it cannot be in the epoll with the others. */
	watchUrgent(fd: number, handler: Handler): number {
		const token = this.token(handler);
		return this.#watched(fd, token, this.native.watchUrgent(fd, token));
	}

	#watched(fd: number, token: number, result: number): number {
		if (result < 0) {
			this.handlers.delete(token);
			throw new Error(`descriptor ${fd} cannot be watched: errno ${-result}`);
		}
		return token;
	}

	change(fd: number, token: number, events: number): void {
		this.native.change(fd, token, events);
	}

	/** To be called before the descriptor is closed. */
	unwatch(fd: number, token: number): void {
		this.handlers.delete(token);
		this.native.unwatch(fd);
	}

	/** To be called before the descriptor is closed. */
	unwatchUrgent(fd: number, token: number): void {
		this.handlers.delete(token);
		this.native.unwatchUrgent(fd);
	}

	/** For a token got by `token`. */
	forget(token: number): void {
		this.handlers.delete(token);
	}
}
