import { once } from 'node:events';
import net from 'node:net';
import { onTestFinished } from 'vitest';
import type { Archon } from '../archon.ts';

/** A subscriber of its own connection that only counts: fast enough to have a hundred of. */
export class Subscriber {
	/** The numbers of the events that came, in their order; a gap is its first, negative. */
	readonly seqs: number[] = [];
	readonly #socket: net.Socket;
	#rest = '';
	#wake = () => {};

	private constructor(socket: net.Socket) {
		this.#socket = socket.setEncoding('latin1');
		socket.on('error', () => {});
		onTestFinished(() => void socket.destroy());
	}

	/** One that reads. Resolves when the daemon has said Ok. */
	static async begin(archon: Archon, ...filters: string[]): Promise<Subscriber> {
		const subscriber = await Subscriber.idle(archon, ...filters);
		subscriber.read();
		return subscriber;
	}

	/** One that does not read until it is told to. */
	static async idle(archon: Archon, ...filters: string[]): Promise<Subscriber> {
		const socket = net.connect(archon.socket);
		const subscriber = new Subscriber(socket);
		socket.write(`${['Subscribe', ...filters].join(',')}\n`);
		await once(socket, 'readable');
		subscriber.#take(socket.read(3));
		return subscriber;
	}

	read(): void {
		this.#socket.on('data', (text: string) => this.#take(text));
	}

	/** Shuts down the writing side. */
	half(): void {
		this.#socket.end();
	}

	/** Resolves when that event has come. */
	async sees(seq: number): Promise<void> {
		while ((this.seqs.at(-1) ?? 0) < seq) {
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}

	#take(text: string): void {
		const lines = (this.#rest + text).split('\n');
		this.#rest = lines.pop() ?? '';
		for (const line of lines) {
			const comma = line.indexOf(',');
			const seq = Number.parseInt(line.slice(comma + 1), 10);
			if (line.startsWith('Event,')) {
				this.seqs.push(seq);
			} else if (line.startsWith('Gap,')) {
				this.seqs.push(-seq);
			} else if (line !== 'Ok') {
				throw new Error(line);
			}
		}
		this.#wake();
	}
}
