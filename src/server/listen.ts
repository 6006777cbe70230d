import { type Refusal, refuse } from '../base/refusal.ts';
import type { Channel } from '../keeper/channel.ts';
import type { Kept } from '../keeper/kept.ts';
import { type Ledger, slotCount } from '../keeper/ledger.ts';
import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';
import type { Shared } from '../requests/context.ts';
import type { Begun } from '../supervisor/book/page.ts';
import { Holding } from './holding.ts';
import type { Intake } from './intake.ts';
import { Session } from './session.ts';
import type { SessionFrom, SessionPorts } from './session-ports.ts';
import type { TookBack } from './took-back.ts';

export type ListenPorts = Omit<SessionPorts, 'keep' | 'closed' | 'replace'> & {
	readonly native: Addon;
	readonly poller: Poller;
	readonly ledger: Ledger;
	readonly channel: Channel;
	readonly intake: Intake;
	readonly kept: Kept;
	/** What can be asked by who came in elsewhere (`greet`). */
	readonly narrow: SessionPorts['dispatch'];
	/** See SessionPorts. */
	readonly replace: (fd: number) => void;
	/** The listening socket, bound by the keeper. */
	readonly listener: number;
};

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
	/** One that the keeper has and for which there was no descriptor here. */
	#late: number | undefined;
	/** Set while no client can be taken. */
	#pause: NodeJS.Timeout | undefined;

	constructor(ports: ListenPorts) {
		this.#ports = ports;
		this.#sessionPorts = {
			...ports,
			keep: (fd) => this.#keep(fd),
			closed: (session, conn) => this.#closed(session, conn),
			replace: (fd, conn) => {
				// Its reply comes from the next daemon, which finds it elsewhere: what the keeper has here would end with this one.
				if (conn >= 0) {
					ports.channel.dropConnection(conn);
				}
				ports.replace(fd);
			},
		};
	}

	start(): void {
		// What a client has seen happen comes before what it asks then.
		this.#token = this.#ports.poller.watchLast(this.#ports.listener, epoll.in, () => this.#accept());
	}

	/** Goes on with the connection of a daemon that was replaced, whose request has this reply. */
	goOn(fd: number, reply: string): void {
		this.#begin(fd, { saidFirst: reply }).work();
	}

	/** Somebody has come in elsewhere than at archon's socket, and may ask less. `left`: the connection is closed. */
	greet(fd: number, broker: Shared['broker'], left: () => void): void {
		const ports: SessionPorts = {
			...this.#sessionPorts,
			dispatch: this.#ports.narrow,
			shared: { ...this.#ports.shared, broker },
			closed: (session, conn) => {
				this.#closed(session, conn);
				left();
			},
		};
		this.#begin(fd, {}, ports).work();
	}

	/** Numbers that the keeper still answers on from before this daemon. */
	reserve(conn: number): void {
		this.#conns[conn] = 1;
	}

	/** A number from before this daemon is not needed any more. */
	release(conn: number): void {
		this.#free(conn);
		this.#ports.channel.dropConnection(conn);
	}

	/** One for each event, so that a flood of clients leaves room for the others. */
	#accept(): void {
		const conn = this.#claim();
		if (conn === undefined) {
			this.#acceptUnheld();
			return;
		}
		// Whole from its first byte on: the keeper takes it, and no daemon that dies meanwhile loses it.
		const { connections } = this.#ports.ledger;
		connections.clear(conn);
		connections.settle(conn, 0);
		this.#taken(conn, this.#ports.channel.ask(`Accept,c${conn}`));
	}

	/** What the keeper said: the descriptor of a connection, or -errno. */
	#taken(conn: number, fd: number): void {
		if (fd >= 0) {
			this.#begin(fd, { holding: new Holding(this.#ports, conn) }).work();
		} else if (fd === -emfile) {
			// The keeper has it and waits, too.
			this.#late = conn;
			this.#stop();
		} else {
			this.#ports.ledger.connections.clear(conn);
			this.#free(conn);
			if (fd === -enfile) {
				this.#acceptUnheld();
			} else if (fd !== -enoent) {
				this.#stop();
			}
		}
	}

	/** The keeper holds as many as it can: this one will end with the daemon. */
	#acceptUnheld(): void {
		const fd = this.#ports.native.accept(this.#ports.listener);
		if (fd >= 0) {
			this.#begin(fd).work();
		} else if (fd !== -eagain) {
			this.#stop();
		}
	}

	/** Goes on with connections of a daemon that died. `begun`: what is known of a request by its number. */
	takeBack(tookBack: readonly TookBack[], begun: ReadonlyMap<number, Begun>): Session[] {
		for (const { holding } of tookBack) {
			this.reserve(holding.conn);
		}
		return tookBack.map(({ fd, holding, read, inFlight }) => {
			const session = this.#begin(fd, { holding, read });
			if (inFlight !== undefined) {
				session.resume(inFlight, begun.get(inFlight));
			}
			return session;
		});
	}

	#begin(fd: number, from: SessionFrom = {}, ports = this.#sessionPorts): Session {
		const session = new Session(ports, fd, from);
		this.#sessions.set(session, from.holding);
		return session;
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
			const late = this.#late;
			if (late !== undefined) {
				this.#late = undefined;
				this.#taken(late, this.#ports.channel.ask(`Take,c${late}`));
			}
		}
	}

	/** Has the keeper have a connection that it did not take itself. */
	#keep(fd: number): number | Refusal {
		const conn = this.#claim();
		if (conn === undefined) {
			return refuse(`all ${slotCount} places for connections with a Run are taken`);
		}
		this.#ports.ledger.connections.clear(conn);
		this.#ports.channel.storeConnection(conn, fd);
		return conn;
	}

	#claim(): number | undefined {
		for (let conn = this.#lowest; conn < slotCount; conn++) {
			if (this.#conns[conn] === 0) {
				this.#lowest = conn + 1;
				this.#conns[conn] = 1;
				return conn;
			}
		}
		this.#lowest = slotCount;
		return undefined;
	}

	#free(conn: number): void {
		this.#conns[conn] = 0;
		this.#lowest = Math.min(this.#lowest, conn);
	}

	#closed(session: Session, conn: number): void {
		this.#sessions.get(session)?.abandon();
		this.#sessions.delete(session);
		if (conn >= 0) {
			this.release(conn);
		}
		this.#resume();
	}
}

const [enoent, eagain, enfile, emfile] = [2, 11, 23, 24];
