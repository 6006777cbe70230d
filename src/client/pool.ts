import { type Connection, dial } from './connection.ts';
import { NoDaemonError } from './errors.ts';

/** Connections that are kept at rest, so that asking again costs no connecting. */
const mostAtRest = 4;

/**
 * Connections to one daemon: a request has one to itself, for on one connection each waits for the one before. Those at
 * rest do not keep the process alive, and one that ends, as a daemon does, is forgotten.
 */
export class Pool {
	readonly #path: string;
	readonly #atRest: Connection[] = [];
	readonly #inUse = new Set<Connection>();
	#isClosed = false;

	constructor(path: string) {
		this.#path = path;
	}

	/** Lends one out; it is kept when what is done with it succeeds. Throws what that throws, and what `dial` does. */
	async use<T>(act: (connection: Connection) => Promise<T>): Promise<T> {
		const isKept = this.#atRest.length > 0;
		const connection = await this.take();
		try {
			const done = await act(connection);
			this.#keep(connection);
			return done;
		} catch (error) {
			this.end(connection);
			// It had ended while it was at rest, so nothing was asked yet.
			if (isKept && error instanceof NoDaemonError && error.code === 'EPIPE') {
				return await this.use(act);
			}
			throw error;
		}
	}

	/** One that the caller gives to `end` when it is done with it. */
	async take(): Promise<Connection> {
		const kept = this.#atRest.pop();
		kept?.wake();
		const connection = kept ?? (await dial(this.#path));
		if (this.#isClosed) {
			connection.close();
			throw new TypeError('this client was closed');
		}
		this.#inUse.add(connection);
		return connection;
	}

	end(connection: Connection): void {
		this.#inUse.delete(connection);
		connection.close();
	}

	/** Closes them all; nothing can be asked any more. */
	close(): void {
		this.#isClosed = true;
		for (const connection of [...this.#atRest.splice(0), ...this.#inUse]) {
			this.end(connection);
		}
	}

	#keep(connection: Connection): void {
		if (this.#isClosed || this.#atRest.length >= mostAtRest) {
			this.end(connection);
			return;
		}
		this.#inUse.delete(connection);
		this.#atRest.push(connection);
		connection.rest(() => {
			const place = this.#atRest.indexOf(connection);
			if (place >= 0) {
				this.#atRest.splice(place, 1);
				connection.close();
			}
		});
	}
}
