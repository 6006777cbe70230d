import type { Channel } from '../keeper/channel.ts';
import type { ConnectionPlaces } from '../keeper/connection-places.ts';

export type ReplyPorts = {
	readonly channel: Pick<Channel, 'reply'>;
	readonly connections: Pick<ConnectionPlaces, 'inFlight' | 'wasFull'>;
	/** What a reply tells of is written down before it is sent. */
	readonly flush: () => void;
};

export type Waiting = {
	readonly text: string;
	/** The reply is out, or can reach nobody. */
	readonly sent: () => void;
	/** There is no room for it: `again` is to be called when there may be. */
	readonly full: () => void;
};

/** The final replies that the keeper sends, so that each is sent once whatever becomes of the daemon. */
export class Replies {
	readonly #ports: ReplyPorts;
	readonly #waiting = new Map<number, Waiting>();

	constructor(ports: ReplyPorts) {
		this.#ports = ports;
	}

	/** Has the reply to the request in flight sent. */
	send(conn: number, waiting: Waiting): void {
		this.#ports.flush();
		this.#waiting.set(conn, waiting);
		this.#ports.channel.reply(conn, waiting.text);
	}

	/** Tries once more. */
	again(conn: number): void {
		const waiting = this.#waiting.get(conn);
		if (waiting !== undefined) {
			this.#ports.channel.reply(conn, waiting.text);
		}
	}

	/** The connection is gone. */
	forget(conn: number): void {
		this.#waiting.delete(conn);
	}

	/** To be called when the keeper wakes the daemon: whoever waits hears what became of it. */
	settle(): void {
		const { connections } = this.#ports;
		for (const [conn, { sent, full }] of [...this.#waiting]) {
			const wasFull = connections.wasFull(conn);
			if (connections.inFlight(conn) === undefined) {
				this.#waiting.delete(conn);
				sent();
			} else if (wasFull) {
				full();
			}
		}
	}
}
