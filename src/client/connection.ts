import net from 'node:net';
import { unescapeText } from '../protocol/escape.ts';
import { Framer } from '../protocol/frame.ts';
import { joinRecord, splitRecord } from '../protocol/join.ts';
import { NoDaemonError } from './errors.ts';

/** How a request ended. */
export type Final =
	| { readonly tag: 'ok' }
	| { readonly tag: 'error'; readonly reason: string }
	| { readonly tag: 'exit'; readonly code: number };

/** All that a request brought: `others` are the records among the rows that are none, as `Gap`. */
export type Reply = {
	readonly final: Final;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly string[])[];
	readonly others: readonly (readonly string[])[];
};

/**
 * Connects to the socket of a daemon; rejects with a NoDaemonError. As everywhere in the protocol, all text of a
 * Connection is bytes: latin1, one char per byte.
 */
export async function dial(path: string): Promise<Connection> {
	const socket = net.connect({ path, allowHalfOpen: true });
	await new Promise<void>((resolve, reject) => {
		socket.once('connect', resolve).once('error', reject);
	}).catch((error: NodeJS.ErrnoException) => {
		throw new NoDaemonError(error.code ?? 'EIO', path, 'no daemon of archon answers', { cause: error });
	});
	return new Connection(socket, path);
}

/** No reply of a daemon is longer: a log line of 64 KiB may take six times that when escaped. */
const longestReply = 16 << 20;

type Chunk = Promise<IteratorResult<string>>;

/** One connection. Nothing is read before somebody waits for it, so that a slow reader slows the daemon's writing. */
export class Connection {
	readonly #socket: net.Socket;
	readonly #path: string;
	readonly #chunks: AsyncIterator<string>;
	readonly #framer = new Framer(longestReply);
	/** Settles when every call made so far has its final reply. */
	#turn: Promise<unknown> = Promise.resolve();
	#fault: string | undefined;
	/** What `rest` waits for. */
	#ahead: Chunk | undefined;

	constructor(socket: net.Socket, path: string) {
		this.#socket = socket.setEncoding('latin1');
		this.#path = path;
		this.#chunks = socket.iterator({ destroyOnReturn: false });
		// Told to whoever reads next; nobody has to be reading when it happens.
		socket.on('error', (error: NodeJS.ErrnoException) => {
			this.#fault = error.code;
		});
	}

	/** Sends the fields as a record, or a text as it is, be it a record or not. */
	send(record: readonly string[] | string): void {
		this.#socket.write(typeof record === 'string' ? record : `${joinRecord(record)}\n`, 'latin1');
	}

	/** Sends a request and gathers what comes back up to its final reply. Calls may overlap; replies keep the order. */
	call(fields: readonly string[] | string): Promise<Reply> {
		this.send(fields);
		const reply = this.#turn.then(() => this.#reply());
		this.#turn = reply.catch(() => {});
		return reply;
	}

	/** The records that come when every call has its reply, until the connection ends. */
	async *follow(): AsyncGenerator<readonly string[], void, void> {
		await this.#turn;
		for (let record = await this.#next(); record !== undefined; record = await this.#next()) {
			yield record;
		}
	}

	/** Shuts down the writing side; replies that are owed still come. */
	end(): void {
		this.#socket.end();
	}

	close(): void {
		this.#socket.destroy();
	}

	/**
	 * For a connection that is kept and asked nothing for now: it does not keep the process alive, and `onChange` is
	 * called when it ends. Also, and to no harm, when the next thing comes.
	 */
	rest(onChange: () => void): void {
		this.#socket.unref();
		this.#ahead = this.#chunks.next();
		this.#ahead.then(onChange, onChange);
	}

	/** It is asked again. */
	wake(): void {
		this.#socket.ref();
	}

	/** What is to be thrown when the connection has ended too early. */
	cutOff(): NoDaemonError {
		return this.#failed(this.#fault ?? 'ECONNRESET', 'the connection ended before the final reply');
	}

	async #reply(): Promise<Reply> {
		let columns: readonly string[] = [];
		const rows: (readonly string[])[] = [];
		const others: (readonly string[])[] = [];
		for (let record = await this.#next(); record !== undefined; record = await this.#next()) {
			const [tag = '', ...values] = record;
			const final = finalOf(tag, values);
			if (final !== undefined) {
				return { final, columns, rows, others };
			}
			if (tag === 'Columns') {
				columns = values;
			} else if (tag === 'Row') {
				rows.push(values);
			} else {
				others.push(record);
			}
		}
		throw this.cutOff();
	}

	/** The next record, undefined at the end of the stream. */
	async #next(): Promise<readonly string[] | undefined> {
		for (;;) {
			const frame = this.#framer.next();
			if (frame !== undefined) {
				const fields = frame.tag === 'record' ? splitRecord(frame.text) : [];
				if (fields.length === 0) {
					throw this.#failed('EPROTO', 'what answers is no daemon of archon');
				}
				return fields.map(unescapeText);
			}
			const chunk = await this.#chunk();
			if (chunk === undefined) {
				return undefined;
			}
			this.#framer.push(chunk);
		}
	}

	/** What the next read brings. A connection that was closed or reset has ended. */
	async #chunk(): Promise<string | undefined> {
		const chunk = this.#ahead ?? this.#chunks.next();
		this.#ahead = undefined;
		const { done, value } = await chunk.catch(() => ended);
		return done ? undefined : value;
	}

	#failed(code: string, what: string): NoDaemonError {
		return new NoDaemonError(code, this.#path, what);
	}
}

const ended = { done: true, value: undefined } as const;

function finalOf(tag: string, [value = '']: readonly string[]): Final | undefined {
	switch (tag) {
		case 'Ok':
			return { tag: 'ok' };
		case 'Error':
			return { tag: 'error', reason: value };
		case 'ExitStatus':
			return { tag: 'exit', code: Number(value) };
		default:
			return undefined;
	}
}
