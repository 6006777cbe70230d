import { type Refusal, refuse } from '../base/refusal.ts';
import type { Channel } from '../keeper/channel.ts';
import { slotCount } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import { Session } from './session.ts';
import type { SessionPorts } from './session-ports.ts';

export type ListenPorts = Omit<SessionPorts, 'keep' | 'closed'> & {
	readonly native: Addon;
	readonly poller: Poller;
	readonly channel: Channel;
	/** What can be asked by who came in elsewhere (`greet`). */
	readonly narrow: SessionPorts['dispatch'];
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
	readonly #sessions = new Set<Session>();
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

	/** Goes on with the connection of a daemon that was replaced, whose request has this reply. */
	goOn(fd: number, reply: string): void {
		const session = new Session(this.#sessionPorts, fd, reply);
		this.#sessions.add(session);
		session.work();
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
			this.#begin(fd, this.#sessionPorts);
		}
	}

	/** Somebody has come in elsewhere than at archon's socket, and may ask less. */
	greet(fd: number): void {
		this.#begin(fd, { ...this.#sessionPorts, dispatch: this.#ports.narrow });
	}

	#begin(fd: number, ports: SessionPorts): void {
		const session = new Session(ports, fd);
		this.#sessions.add(session);
		session.work();
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
				this.#ports.channel.storeConnection(conn, fd);
				return conn;
			}
		}
		return refuse(`all ${slotCount} places for connections with a Run are taken`);
	}

	#closed(session: Session, conn: number): void {
		this.#sessions.delete(session);
		if (conn >= 0) {
			this.release(conn);
		}
		this.#resume();
	}
}

/** ENOMEM, ENFILE, EMFILE, ENOBUFS: accept4(2) found no room; it would say so again at once. */
const exhausted: ReadonlySet<number> = new Set([12, 23, 24, 105]);
