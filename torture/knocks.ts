import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { servers } from './cast.ts';
import { now } from './notes.ts';

/** What became of one who connected: the line that came, or `refused`, `reset`, `cut` (the end without a line). */
export type Knock = {
	readonly name: string;
	readonly begun: number;
	readonly ended: number;
	readonly heard: string;
};

/** How often somebody connects to each, milliseconds, and how many wait there at most. */
const [pace, most] = [10, 64];

/** Connects to each of the servers again and again, from `begin` to `end`, and waits for its answer. */
export class Knocks {
	readonly #host: string;
	#isOver = false;
	readonly #waiting = new Set<{ readonly name: string; readonly begun: number }>();
	#heard: Knock[] = [];

	constructor(host: string) {
		this.#host = host;
	}

	begin(): void {
		for (const name of servers.keys()) {
			void this.#goOn(name);
		}
	}

	end(): void {
		this.#isOver = true;
	}

	/** Those who connected before that moment and have no answer yet: their services' names. */
	waiting(before: number): string[] {
		return [...this.#waiting].filter(({ begun }) => begun < before).map(({ name }) => name);
	}

	/** What became of those whose wait has ended since the last time. */
	heard(): readonly Knock[] {
		const heard = this.#heard;
		this.#heard = [];
		return heard;
	}

	async #goOn(name: string): Promise<void> {
		while (!this.#isOver) {
			if (this.waiting(Number.POSITIVE_INFINITY).filter((it) => it === name).length < most) {
				this.#knock(name);
			}
			await sleep(pace);
		}
	}

	#knock(name: string): void {
		const one = { name, begun: now() };
		let heard = '';
		let wrong: string | undefined;
		this.#waiting.add(one);
		const socket = net.connect({ host: this.#host, port: servers.get(name) ?? 0 });
		socket.setEncoding('latin1');
		socket.on('data', (chunk: Buffer | string) => {
			heard += String(chunk);
		});
		socket.on('error', (error: NodeJS.ErrnoException) => {
			wrong = error.code === 'ECONNREFUSED' ? 'refused' : error.code === 'ECONNRESET' ? 'reset' : error.code;
		});
		socket.on('close', () => {
			this.#waiting.delete(one);
			this.#heard.push({
				...one,
				ended: now(),
				heard: wrong ?? (heard.endsWith('\n') ? heard.trim() : 'cut'),
			});
		});
	}
}
