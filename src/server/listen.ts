import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Channel } from '../keeper/channel.ts';
import type { Kept } from '../keeper/kept.ts';
import { type Ledger, slotCount } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import type { Begun } from '../supervisor/book/page.ts';
import { Holding } from './holding.ts';
import type { Read } from './inlet.ts';
import type { Intake } from './intake.ts';
import { Session } from './session.ts';
import type { SessionPorts } from './session-ports.ts';
import type { TookBack } from './took-back.ts';

export type ListenPorts = Omit<SessionPorts, 'keep' | 'closed'> & {
	readonly native: Addon;
	readonly poller: Poller;
	readonly ledger: Ledger;
	readonly channel: Channel;
	readonly intake: Intake;
	readonly kept: Kept;
	/** The listening socket, bound by the keeper. */
	readonly listener: number;
};

/** Connections taken per event, so that a flood of them leaves room for the others. */
const batch = 64;

/** How long nobody is taken at most when there was no room, milliseconds. */
const pauseTime = 1000;

/** Takes connections and gives those that need it a number with the keeper. */
export class Listen {
	readonly #ports: ListenPorts;
	readonly #sessions = new Map<Session, Holding | undefined>();
	readonly #conns = new Uint8Array(slotCount);
	readonly #sessionPorts: SessionPorts;
	#lowest = 0;
	#token = 0;
	/** Set while no client can be taken. */
	#pause: NodeJS.Timeout | undefined;

	constructor(ports: ListenPorts) {
		this.#ports = ports;
		this.#sessionPorts = {
			...ports,
			keep: (fd) => this.#keep(fd),
			closed: (session, conn) => this.#closed(session, conn),
		};
	}

	start(): void {
		this.#token = this.#ports.poller.watch(this.#ports.listener, epoll.in, () => this.#accept());
	}

	/** Numbers that the keeper still answers on from before this daemon. */
	reserve(conn: number): void {
		this.#conns[conn] = 1;
	}

	/** A number from before this daemon is not needed any more. */
	release(conn: number): void {
		this.#conns[conn] = 0;
		this.#lowest = Math.min(this.#lowest, conn);
		this.#ports.channel.dropConnection(conn);
	}

	#accept(): void {
		for (let i = 0; i < batch; i++) {
			const fd = this.#ports.native.accept(this.#ports.listener);
			if (fd < 0) {
				if (exhausted.has(-fd)) {
					this.#stop();
				}
				return;
			}
			const conn = this.#keep(fd);
			this.#begin(fd, isRefusal(conn) ? undefined : this.#hold(conn)).work();
		}
	}

	/** Goes on with connections of a daemon that died. `begun`: what is known of a request by its number. */
	takeBack(tookBack: readonly TookBack[], begun: ReadonlyMap<number, Begun>): Session[] {
		for (const { holding } of tookBack) {
			this.reserve(holding.conn);
		}
		return tookBack.map(({ fd, holding, read, inFlight }) => {
			const session = this.#begin(fd, holding, read);
			if (inFlight !== undefined) {
				session.resume(inFlight, begun.get(inFlight));
			}
			return session;
		});
	}

	#begin(fd: number, holding: Holding | undefined, read?: readonly Read[]): Session {
		const session = new Session(this.#sessionPorts, fd, holding, read);
		this.#sessions.set(session, holding);
		return session;
	}

	/** From its first byte on it outlives the daemon. */
	#hold(conn: number): Holding {
		const holding = new Holding(this.#ports, conn);
		holding.settle(0);
		return holding;
	}

	/** No descriptor is free: further clients wait in the backlog until one leaves or something else gives one back. */
	#stop(): void {
		this.#ports.poller.unwatch(this.#ports.listener, this.#token);
		this.#pause = setTimeout(() => this.#resume(), pauseTime);
	}

	#resume(): void {
		if (this.#pause !== undefined) {
			clearTimeout(this.#pause);
			this.#pause = undefined;
			this.start();
		}
	}

	#keep(fd: number): number | Refusal {
		for (let conn = this.#lowest; conn < slotCount; conn++) {
			if (this.#conns[conn] === 0) {
				this.#lowest = conn + 1;
				this.#conns[conn] = 1;
				this.#ports.ledger.connections.clear(conn);
				this.#ports.channel.storeConnection(conn, fd);
				return conn;
			}
		}
		return refuse(`all ${slotCount} places for connections with a Run are taken`);
	}

	#closed(session: Session, conn: number): void {
		this.#sessions.get(session)?.end();
		this.#sessions.delete(session);
		if (conn >= 0) {
			this.release(conn);
		}
		this.#resume();
	}
}

/** ENOMEM, ENFILE, EMFILE, ENOBUFS: accept4(2) found no room; it would say so again at once. */
const exhausted: ReadonlySet<number> = new Set([12, 23, 24, 105]);
