import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';

/** What became of connections: `served` got an answer; what else there is, is what went wrong. */
export type Tally = { served: number; refused: number; reset: number; other: number };

/**
 * So many clients, each of which connects, asks, reads to the end and begins again, until `end` is called; that resolves
 * with what became of all of them.
 */
export class Storm {
	readonly #tally: Tally = { served: 0, refused: 0, reset: 0, other: 0 };
	readonly #clients: readonly Promise<void>[];
	readonly #to: NetConnectOpts;
	readonly #ask: string;
	#isOver = false;
	#waiters: { readonly served: number; readonly done: () => void }[] = [];

	constructor(to: NetConnectOpts, ask: string, clients = 16) {
		this.#to = to;
		this.#ask = ask;
		this.#clients = Array.from({ length: clients }, () => this.#loop());
	}

	/** Resolves when so many more were served. */
	serves(count: number): Promise<void> {
		return new Promise((done) => this.#waiters.push({ served: this.#tally.served + count, done }));
	}

	async end(): Promise<Tally> {
		this.#isOver = true;
		await Promise.all(this.#clients);
		return this.#tally;
	}

	async #loop(): Promise<void> {
		while (!this.#isOver) {
			const what = await this.#visit();
			this.#tally[what]++;
			const due = this.#waiters.filter(({ served }) => this.#tally.served >= served);
			this.#waiters = this.#waiters.filter((it) => !due.includes(it));
			for (const { done } of due) {
				done();
			}
		}
	}

	async #visit(): Promise<keyof Tally> {
		const socket = connect(this.#to);
		let text = '';
		socket.on('data', (bytes) => {
			text += bytes.toString('latin1');
		});
		socket.on('error', () => {});
		try {
			await once(socket, 'connect');
			socket.write(this.#ask);
			await once(socket, 'close');
			return text === '' ? 'reset' : 'served';
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			return code === 'ECONNREFUSED'
				? 'refused'
				: code === 'ECONNRESET' || code === 'EPIPE'
					? 'reset'
					: 'other';
		} finally {
			socket.destroy();
		}
	}
}
