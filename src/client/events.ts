import { setTimeout } from 'node:timers/promises';
import type { Connection, Reply } from './connection.ts';
import { ArchonError, NoDaemonError } from './errors.ts';
import { type AnyEvent, type Gap, readEvent, readGap } from './event.ts';

/** Between two tries to reach a daemon that is gone, milliseconds: the first, doubled up to the last. */
const firstDelay = 20;
const longestDelay = 2000;

/** What those errors mean passes when a daemon comes up. */
const passing: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EAGAIN', 'EPIPE']);

export type EventsPorts = {
	readonly take: () => Promise<Connection>;
	readonly end: (connection: Connection) => void;
	/** The fields of `Subscribe` but `since=`. */
	readonly filter: readonly string[];
	/** The number to begin behind; undefined: what happens from now on. */
	readonly since: number | undefined;
	readonly signal: AbortSignal | undefined;
	/** How long to try to reach a daemon that is gone, milliseconds. */
	readonly patience: number;
	/** Those that have not ended: it is among them from its beginning to its end. */
	readonly among: Set<Events<AnyEvent<string>>>;
};

/**
 * Events as they happen: an async iterator that goes on where it was when the daemon comes up again after a crash or an
 * upgrade. Nothing is read from the socket while nobody waits for the next one. It ends when its signal is aborted, when
 * it is left (`break`, `return()`), or with the client.
 */
export class Events<E extends AnyEvent<string>> implements AsyncIterableIterator<E | Gap, void, void> {
	/** Resolves when the daemon has said yes: what happens from then on is not missed. Rejects as the first `next` does. */
	readonly ready: Promise<void>;
	readonly #ports: EventsPorts;
	readonly #end = new AbortController();
	readonly #items: AsyncGenerator<E | Gap, void, void>;
	#connection: Promise<Connection>;
	#open: Connection | undefined;
	#after: number | undefined;
	#delay = 0;
	/** When it began to go without a daemon. */
	#alone: number | undefined;

	/** @internal */
	constructor(ports: EventsPorts) {
		this.#ports = ports;
		ports.among.add(this);
		this.#after = ports.since;
		ports.signal?.addEventListener('abort', this.#stop);
		if (ports.signal?.aborted) {
			this.#stop();
		}
		this.#connection = this.#connect();
		this.ready = this.#connection.then(() => {});
		// Whoever iterates is told as well; nobody has to wait for `ready`.
		this.ready.catch(() => {});
		this.#items = this.#follow();
	}

	/** The number of the event that came last: `since` for whoever goes on from here later. */
	get last(): number | undefined {
		return this.#after;
	}

	next(): Promise<IteratorResult<E | Gap, void>> {
		return this.#items.next();
	}

	/** Ends it, also while somebody waits for the next one, and closes the connection. */
	async return(): Promise<IteratorResult<E | Gap, void>> {
		this.#stop();
		return await this.#items.return();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.return();
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	async *#follow(): AsyncGenerator<E | Gap, void, void> {
		try {
			for (;;) {
				const connection = await this.#connection;
				for await (const [tag, ...values] of connection.follow()) {
					if (tag !== 'Event' && tag !== 'Gap') {
						continue;
					}
					const item = tag === 'Gap' ? readGap(values) : readEvent<E>(values, values.slice(4));
					this.#after = 'first' in item ? item.last : item.seq;
					this.#delay = 0;
					yield item;
					if (this.#end.signal.aborted) {
						return;
					}
				}
				this.#close();
				this.#connection = this.#connect();
			}
		} catch (error) {
			if (!this.#end.signal.aborted) {
				throw error;
			}
		} finally {
			this.#stop();
		}
	}

	/** Subscribes behind what came last, as often as it takes. */
	async #connect(): Promise<Connection> {
		for (;;) {
			this.#end.signal.throwIfAborted();
			if (this.#delay > 0) {
				await setTimeout(this.#delay, undefined, { signal: this.#end.signal });
			}
			this.#delay = Math.min(longestDelay, Math.max(firstDelay, this.#delay * 2));
			try {
				const connection = await this.#subscribe();
				this.#alone = undefined;
				return connection;
			} catch (error) {
				this.#close();
				this.#alone ??= performance.now();
				const isPassing = error instanceof NoDaemonError && passing.has(error.code);
				if (!isPassing || performance.now() - this.#alone >= this.#ports.patience) {
					throw error;
				}
			}
		}
	}

	async #subscribe(): Promise<Connection> {
		const connection = await this.#ports.take();
		this.#open = connection;
		if (this.#end.signal.aborted) {
			this.#close();
		}
		// Without a number to come back to, what happens before the first event would be lost with the connection.
		this.#after ??= newestOf(await this.#ask(connection, 'Events', ['last=1']));
		await this.#ask(connection, 'Subscribe', [`since=${this.#after}`, ...this.#ports.filter]);
		return connection;
	}

	async #ask(connection: Connection, request: string, fields: readonly string[]): Promise<Reply> {
		const reply = await connection.call([request, ...fields]);
		if (reply.final.tag === 'error') {
			throw new ArchonError(request, reply.final.reason);
		}
		return reply;
	}

	readonly #stop = (): void => {
		if (!this.#end.signal.aborted) {
			this.#end.abort();
			this.#ports.signal?.removeEventListener('abort', this.#stop);
			this.#close();
			this.#ports.among.delete(this);
		}
	};

	#close(): void {
		if (this.#open !== undefined) {
			this.#ports.end(this.#open);
			this.#open = undefined;
		}
	}
}

/** The number of the newest event, whether the journal has it or not. */
function newestOf({ rows, others }: Reply): number {
	return Math.max(0, ...rows.map(([seq]) => Number(seq)), ...others.map((gap) => Number(gap[2])));
}
