import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { Lines } from '../live/lines.ts';
import { status } from './ask.ts';
import { Watch } from './watch.ts';

const program = join(import.meta.dirname, '../programs/actor.py');

/** Where services come to be told what to do. */
export class Stagehand {
	/** What their key `run` says. */
	readonly run: string;
	readonly #here: Actor[] = [];
	readonly #awaited: ((actor: Actor) => void)[] = [];

	constructor(directory: string) {
		const path = join(directory, `actors-${Math.random().toString(36).slice(2)}`);
		this.run = JSON.stringify(['/usr/bin/python3', program, path]);
		const server = createServer(async (socket) => {
			const actor = await Actor.greet(socket);
			const next = this.#awaited.shift();
			if (next === undefined) {
				this.#here.push(actor);
			} else {
				next(actor);
			}
		});
		server.listen(path);
		onTestFinished(() => void server.close());
	}

	/** The next one that was started. */
	next(): Promise<Actor> {
		const actor = this.#here.shift();
		return actor === undefined
			? new Promise((resolve) => this.#awaited.push(resolve))
			: Promise.resolve(actor);
	}
}

/** A running test/programs/actor.py. */
export class Actor {
	readonly pid: number;
	readonly #socket: Socket;
	readonly #lines: Lines;

	private constructor(socket: Socket, lines: Lines, pid: number) {
		this.#socket = socket;
		this.#lines = lines;
		this.pid = pid;
	}

	static async greet(socket: Socket): Promise<Actor> {
		socket.on('error', () => {}); // it may be killed at any time
		onTestFinished(() => void socket.destroy());
		const lines = new Lines(socket);
		return new Actor(socket, lines, Number(await lines.next()));
	}

	/** Has it carry out a line of Python: the value, if it is an expression. */
	async does(code: string): Promise<unknown> {
		this.tell(code);
		const answer = await this.#lines.next();
		if (answer === undefined) {
			throw new Error(`it ended over ${code}`);
		}
		return JSON.parse(answer);
	}

	/** The same for what it will not answer any more. */
	tell(code: string): void {
		this.#socket.write(`${JSON.stringify(code)}\n`);
	}

	/** Sends one datagram of sd_notify(3), and returns when archon has handled it. */
	async says(...lines: string[]): Promise<void> {
		await this.does(`notify(${JSON.stringify(lines.join('\n'))})`);
		await this.does('barrier()');
	}
}

/** A daemon whose service `web` does what the test tells it; `more` are keys of that service. */
export async function play(
	more: string,
	others = '',
): Promise<{ archon: Archon; hand: Stagehand; actor: Actor }> {
	const directory = temporary();
	const hand = new Stagehand(directory);
	const archon = await Archon.configured(`${others}[service.web]\nrun = ${hand.run}\n${more}\n`, directory);
	return { archon, hand, actor: await hand.next() };
}

/**
 * Another service of the file, by whose timer archon itself says that this much time has gone by since it was asked.
 * It is for what must *not* happen in that time.
 */
export class Clock {
	/** What the file says of it. */
	static readonly toml = '[service.clock]\nrun = ["true"]\nevery = "400ms"\noverlap = true\n';
	readonly #watch: Watch;

	private constructor(watch: Watch) {
		this.#watch = watch;
	}

	/** Counts from now on. */
	static async begin(archon: Archon): Promise<Clock> {
		return new Clock(await Watch.begin(archon, 'names=clock', 'types=timer'));
	}

	/** `times` firings: (times - 1) × 400 ms at least. */
	async goes(times: number): Promise<void> {
		for (let n = 0; n < times; n++) {
			await this.#watch.event('timer');
		}
	}
}

/** State and reason of `web`. */
export async function shown(archon: Archon): Promise<string> {
	const { state, reason } = await status(archon, 'web');
	return `${state} ${reason}`;
}
