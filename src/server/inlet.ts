import type { Addon } from '../native/addon.ts';
import { epoll } from '../native/poller.ts';
import { type Frame, Framer, lostDescriptor, recordLimit } from '../protocol/frame.ts';
import type { Holding } from './holding.ts';
import type { WorthKeeping } from './worth-keeping.ts';

type Native = Pick<
	Addon,
	'peekBegin' | 'peek' | 'receive' | 'consume' | 'consumeMarked' | 'inbox' | 'passed' | 'closeLater'
>;

/** What makes the connection outlive the daemon. */
export type Held = { readonly holding: Holding; readonly worth: WorthKeeping };

/** What a daemon before had read: text, and the descriptors that came with it. */
export type Read = { readonly text: string; readonly fds: readonly number[] };

const eagain = -11;

/**
 * What a connection sends, cut into records. The socket is watched edge-triggered: an event only notes that there may be
 * something to read, so what is not read yet waits in the kernel and wakes nobody.
 *
 * A read looks first and takes afterwards: what may be a request that outlives the daemon is written down in between.
 */
export class Inlet {
	readonly #native: Native;
	readonly #fd: number;
	readonly #framer: Framer;
	readonly #held: Held | undefined;
	#readable = true;
	#ended = false;
	#hungUp = false;
	#discards = false;
	/** How many bytes were written down since something else was read. */
	#written = 0;
	/** How many bytes were held when the newest record was not taken yet. */
	#before = 0;

	/** `read`: what a daemon before had read and written down. */
	constructor(native: Native, fd: number, held?: Held, read: readonly Read[] = []) {
		this.#native = native;
		this.#fd = fd;
		this.#held = held;
		this.#framer = new Framer(recordLimit, native.closeLater);
		native.peekBegin(fd);
		for (const { text, fds } of read) {
			this.#framer.push(text, fds);
			this.#written += text.length;
		}
	}

	/** Whether a read may bring something. */
	get isReadable(): boolean {
		return this.#readable;
	}

	/** The client sends no more: it has shut down its writing side or is gone. */
	get hasEnded(): boolean {
		return this.#ended;
	}

	/** How many bytes were read and are not taken yet. */
	get held(): number {
		return this.#framer.held;
	}

	/** Notes what epoll said. */
	note(events: number): void {
		this.#readable = true;
		this.#hungUp ||= (events & (epoll.hup | epoll.err | epoll.rdhup)) !== 0;
	}

	/** The next record at hand. */
	next(): Frame | undefined {
		this.#before = this.#framer.held;
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
		this.#held?.holding.abandon();
		this.#native.closeLater(this.#framer.abandon().filter((fd) => fd !== lostDescriptor));
	}

	/** Reads once; how many bytes came. */
	read(): number {
		const { peek, inbox, passed, closeLater } = this.#native;
		let bytes = peek(this.#fd);
		if (bytes <= 0) {
			this.#readable = false;
			this.#ended = bytes !== eagain;
			return 0;
		}
		const isUnsure = bytes === inbox.length && passed[0] !== 0;
		if (isUnsure) {
			bytes = this.#receive();
		}
		const count = passed[0] ?? 0;
		const fds = this.#passed();
		// A read that left room has emptied the socket, unless it stopped behind descriptors or the end is near.
		this.#readable = bytes === inbox.length || count !== 0 || this.#hungUp;
		const take = (mark?: Uint8Array) => (isUnsure ? this.#took(mark) : this.#consume(bytes, mark));
		if (this.#discards) {
			take();
			closeLater(fds);
			return bytes;
		}
		const text = inbox.toString('latin1', 0, bytes);
		this.#take(text, count < 0 ? undefined : fds, take);
		this.#framer.push(text, count < 0 ? [lostDescriptor] : fds);
		return bytes;
	}

	/** Whether the newest record that was taken was written down, so that a daemon that comes after finds it. */
	get isWrittenDown(): boolean {
		return this.#held !== undefined && this.#before <= this.#written;
	}

	/** The newest record is in flight from now on: its number. To be called where it was written down. */
	begin(): number {
		return this.#held?.holding.begin(this.#before, this.#framer.held) ?? 0;
	}

	/** Its reply is out. */
	replied(): void {
		this.#held?.holding.replied(this.#framer.held);
	}

	/** What is taken now gets a reply that a daemon that comes after would not know of. */
	loosen(): void {
		this.#held?.holding.loosen();
	}

	/** All records that were taken have their replies. */
	settle(): void {
		if (this.#framer.held <= this.#written) {
			this.#held?.holding.settle(this.#framer.held);
		}
	}

	/**
	 * A look that fills the inbox may bring descriptors of what comes further on, and only taking tells whose they are. A
	 * daemon that dies before that is written down could not be followed here.
	 */
	#receive(): number {
		this.#native.closeLater(this.#passed());
		this.loosen();
		return this.#native.receive(this.#fd);
	}

	#passed(): readonly number[] {
		const { passed } = this.#native;
		const count = passed[0] ?? 0;
		return count > 0 ? Array.from(passed.subarray(1, count + 1)) : none;
	}

	#consume(bytes: number, mark: Uint8Array | undefined): void {
		const { consume, consumeMarked } = this.#native;
		if (mark === undefined) {
			consume(this.#fd, bytes);
		} else {
			consumeMarked(this.#fd, bytes, mark);
		}
	}

	/** What `consume` does to the mark, where that was taken already. */
	#took(mark: Uint8Array | undefined): void {
		mark?.set(this.#native.inbox.subarray(0, 1));
	}

	/** `fds` undefined: some were lost. */
	#take(text: string, fds: readonly number[] | undefined, take: (mark?: Uint8Array) => void): void {
		const { holding, worth } = this.#held ?? {};
		// What continues a record that was written down belongs to it.
		const goesOn = this.#framer.held > 0 && this.#framer.held <= this.#written;
		const isWorthIt = fds !== undefined && (goesOn || worth?.isIn(text));
		const mark = isWorthIt ? holding?.take(text, fds) : undefined;
		if (mark !== undefined) {
			this.#written += text.length;
			take(mark);
			return;
		}
		holding?.abandon();
		this.#written = 0;
		take();
	}
}

const none: readonly number[] = [];
