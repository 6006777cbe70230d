import { constants } from 'node:os';
import type { Addon } from '../native/addon.ts';

const { EPIPE, ECONNRESET, ETIMEDOUT } = constants.errno;

/** There is nobody there: the second is said once, where it had not read all that was sent (unix(7)). */
const isOver: readonly number[] = [-EPIPE, -ECONNRESET];
/** The addon has waited for 5 s. */
const isLate = -ETIMEDOUT;

type Native = Pick<Addon, 'channelSend' | 'channelTake' | 'channelTakeAll'>;

/** The daemon's side of its pair to the keeper: descriptors kept there outlive the daemon. */
export class Channel {
	private readonly native: Native;
	private readonly gone: () => void;
	private readonly stuck: () => void;

	/**
	 * `gone`: the keeper has died. What is asked of it then fails, and is nobody's mistake. `stuck`: it does not answer;
	 * what it does once it goes on, this daemon must not live to see: its answer would be taken for that to another question.
	 */
	constructor(native: Native, gone: () => void = () => {}, stuck: () => void = () => {}) {
		this.native = native;
		this.gone = gone;
		this.stuck = stuck;
	}

	/** What the keeper answers to a question: a descriptor, or -errno (`channelTake`). */
	ask(text: string): number {
		return this.answered(this.native.channelTake(text));
	}

	/** The same of many. */
	askAll(texts: readonly string[]): number[] {
		return this.native.channelTakeAll(texts).map((it) => this.answered(it));
	}

	/** Says that this daemon is there and has taken over; the keeper answers `Ready`. */
	hello(): void {
		this.send('Hello');
	}

	/** From now on the minder (native/minder.h) sees whether something waits for this daemon: then `queue` is readable. */
	watch(queue: number): void {
		this.send('Watch', queue);
	}

	/** One or two descriptors that are readable when threads of this daemon end, that is, when it does. */
	threads(first: number, second = -1): void {
		this.send('Threads', first, second);
	}

	/** When this daemon has ended, whatever its program is by then takes over. */
	upgrade(): void {
		this.send('Upgrade');
	}

	/** This daemon is not in safe mode any more. */
	sound(): void {
		this.send('Sound');
	}

	/** Keeps a client's connection, so that it can outlive the daemon and its replies are sent once. */
	storeConnection(conn: number, fd: number): void {
		this.send(`Store,c${conn}`, fd);
	}

	dropConnection(conn: number): void {
		this.send(`Drop,c${conn}`);
	}

	/** Sends the final reply of the request in flight, at most 32 KiB: all of it or, where there is no room, nothing. */
	reply(conn: number, text: string): void {
		this.send(`Reply,c${conn},${text}`);
	}

	/** Keeps the read ends of a log, so that no reader's death is a SIGPIPE. */
	storeLog(log: number, out: number, err: number): void {
		this.send(`Store,l${log}`, out, err);
	}

	dropLog(log: number): void {
		this.send(`Drop,l${log}`);
	}

	/** Keeps any descriptor under a number. */
	keep(number: number, fd: number): void {
		this.send(`Store,k${number}`, fd);
	}

	dropKept(number: number): void {
		this.send(`Drop,k${number}`);
	}

	/**
	 * Everything is being stopped: `exit`, or as process 1 how all is to end. A daemon that comes after this one goes on.
	 * `code` of an `exit`: what archond is to exit with where `quit` says 0, for a daemon that comes later knows of no failure.
	 */
	end(how: string, code = 0): void {
		this.send(code === 0 ? `End,${how}` : `End,${how},${code}`);
	}

	/** The daemon is about to exit for good, and archond with this code (0 to 255). */
	quit(code = 0): void {
		this.send(code === 0 ? 'Quit' : `Quit,${code}`);
	}

	private answered(result: number): number {
		if (result === isLate) {
			this.stuck();
		} else if (isOver.includes(result)) {
			this.gone();
		}
		return result;
	}

	private send(text: string, first = -1, second = -1): void {
		const result = this.native.channelSend(text, first, second);
		if (isOver.includes(result)) {
			this.gone();
		}
		if (result < 0) {
			throw new Error(`the keeper does not take "${text}": errno ${-result}`);
		}
	}
}
