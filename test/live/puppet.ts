import type { Socket } from 'node:net';
import { Lines } from './lines.ts';

/** What native/core/ledger.h calls them. */
export const slotState = { free: 0, intent: 1, exited: 2, replied: 3 } as const;
/** Stages of a start: the session's is before exec, and exec the last. */
export const stage = { session: 4, exec: 14 } as const;

type Slot = { conn: number; state: number; status: number; ended: number; pid: number };
type Head = {
	keepers: number;
	outlived: number;
	daemon: number;
	magic: number;
	version: number;
	slots: number;
	keeper: number;
	nonce: string;
	head: number;
	seq: number;
	start: number;
	logger: number;
	generation: number;
	latest: number;
};

/** A stand-in for daemon or archon-log, played by the test: see test/programs/puppet.c. */
export class Puppet {
	readonly pid: number;
	/** What `start` began, for the end of the test. */
	readonly started: number[] = [];
	/** Resolves when it has ended. */
	readonly gone: Promise<void>;
	private readonly socket: Socket;
	private readonly lines: Lines;

	private constructor(socket: Socket, lines: Lines, pid: number) {
		this.socket = socket;
		this.lines = lines;
		this.pid = pid;
		this.gone = new Promise((resolve) => {
			socket.on('close', () => resolve());
		});
	}

	static async greet(socket: Socket): Promise<Puppet> {
		socket.on('error', () => {}); // it may be killed at any time
		const lines = new Lines(socket);
		return new Puppet(socket, lines, Number(await lines.next()));
	}

	/** Has the keeper answer `Hello`. */
	async hello(): Promise<string> {
		await this.send('Hello');
		return this.order('receive');
	}

	/** The signal that it is told with the answer to its `Hello`. */
	async signalAtHello(): Promise<string> {
		await this.hello();
		return this.order('signal');
	}

	/** Sends one datagram to the keeper, with these of the puppet's descriptors. */
	async send(text: string, ...fds: number[]): Promise<void> {
		const result = await this.order(['send', text.replaceAll('\n', '\u0001'), ...fds].join(' '));
		if (result !== 'sent') {
			throw new Error(result);
		}
	}

	/** Accepts the next client and stores it with the keeper as connection `number`. */
	async take(number: number): Promise<number> {
		const fd = Number(await this.order('accept'));
		await this.send(`Store,c${number}`, fd);
		return fd;
	}

	/** Starts `sh -c command` in a slot, as a child of the keeper that came to this stage; its pid. */
	async start(slot: number, conn: number, command: string, at: number = stage.exec): Promise<number> {
		const pid = Number(await this.order(`start ${slot} ${conn} ${at} ${command}`));
		this.started.push(pid);
		return pid;
	}

	/** Makes a connection outlive the daemon; what is in flight on it ends at `next`. */
	async whole(number: number, next: number): Promise<void> {
		await this.order(`whole ${number} ${next}`);
	}

	async connection(number: number): Promise<{ taken: number; at: number; next: number; full: number }> {
		return JSON.parse(await this.order(`connection ${number}`));
	}

	async slot(slot: number): Promise<Slot> {
		return JSON.parse(await this.order(`slot ${slot}`));
	}

	async head(): Promise<Head> {
		return JSON.parse(await this.order('head'));
	}

	/** Waits until the keeper wakes the daemon; how often it did since the last time. */
	async woken(): Promise<number> {
		return Number(await this.order('woken'));
	}

	/** Has the keeper watch what else is readable when somebody connects: the listening socket itself. */
	async watched(): Promise<void> {
		await this.send('Watch', 4);
		await this.hello();
	}

	/** Ends the puppet with this exit code. */
	exit(code: number): void {
		this.socket.write(`exit ${code}\n`);
	}

	async order(text: string): Promise<string> {
		this.socket.write(`${text}\n`);
		const answer = await this.lines.next();
		if (answer === undefined) {
			throw new Error(`the puppet ended over "${text}"`);
		}
		return answer;
	}
}
