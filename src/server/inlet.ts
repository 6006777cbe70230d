import type { Addon } from '../native/addon.ts';
import { epoll } from '../native/poller.ts';
import { type Frame, Framer, lostDescriptor, recordLimit } from '../protocol/frame.ts';

type Native = Pick<Addon, 'receive' | 'inbox' | 'passed' | 'closeLater'>;

const eagain = -11;

/**
 * What a connection sends, cut into records. The socket is watched edge-triggered: an event only notes that there may be
 * something to read, so what is not read yet waits in the kernel and wakes nobody.
 */
export class Inlet {
	readonly #native: Native;
	readonly #fd: number;
	readonly #framer: Framer;
	#readable = true;
	#ended = false;
	#hungUp = false;
	#discards = false;

	constructor(native: Native, fd: number) {
		this.#native = native;
		this.#fd = fd;
		this.#framer = new Framer(recordLimit, native.closeLater);
	}

	/** Whether a read may bring something. */
	get isReadable(): boolean {
		return this.#readable;
	}

	/** The client sends no more: it has shut down its writing side or is gone. */
	get hasEnded(): boolean {
		return this.#ended;
	}

	/** Notes what epoll said. */
	note(events: number): void {
		this.#readable = true;
		this.#hungUp ||= (events & (epoll.hup | epoll.err | epoll.rdhup)) !== 0;
	}

	/** The next record at hand. */
	next(): Frame | undefined {
		return this.#framer.next();
	}

	/** Whether nothing is there and nothing will come: looks as far as it has to. */
	isOver(): boolean {
		while (this.#readable && this.#framer.held === 0) {
			this.read();
		}
		return this.#ended && this.#framer.held === 0;
	}

	/** What is left unfinished at the end of the stream. */
	rest(): Frame | undefined {
		return this.#framer.end();
	}

	/** What was read and not taken is thrown away, and what comes from now on. */
	discard(): void {
		this.#discards = true;
		this.#native.closeLater(this.#framer.abandon().filter((fd) => fd !== lostDescriptor));
	}

	/** Reads once; how many bytes came. */
	read(): number {
		const { receive, inbox, passed, closeLater } = this.#native;
		const bytes = receive(this.#fd);
		if (bytes <= 0) {
			this.#readable = false;
			this.#ended = bytes !== eagain;
			return 0;
		}
		const count = passed[0] ?? 0;
		const fds = count > 0 ? Array.from(passed.subarray(1, count + 1)) : none;
		// A read that left room has emptied the socket, unless it stopped behind descriptors or the end is near.
		this.#readable = bytes === inbox.length || count !== 0 || this.#hungUp;
		if (this.#discards) {
			closeLater(fds);
		} else {
			this.#framer.push(inbox.toString('latin1', 0, bytes), count < 0 ? [lostDescriptor] : fds);
		}
		return bytes;
	}
}

const none: readonly number[] = [];
