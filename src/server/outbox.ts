import type { Addon } from '../native/addon.ts';

/** The most that is sent in one call, and that replies are collected up to; characters. */
export const outboxPiece = 65_536;

const eagain = -11;

/** What a connection has still to send. Replies are ASCII, so a character is a byte. */
export class Outbox {
	readonly #native: Pick<Addon, 'sendText'>;
	readonly #fd: number;
	/** Called when the socket is full, and when it has taken everything after that. */
	readonly #onFull: (isFull: boolean) => void;
	/** Called before anything is sent. */
	readonly #before: () => void;
	#text = '';
	#isFull = false;
	#isBroken = false;
	#then: (() => void) | undefined;

	constructor(
		native: Pick<Addon, 'sendText'>,
		fd: number,
		onFull: (isFull: boolean) => void,
		before: () => void,
	) {
		this.#native = native;
		this.#fd = fd;
		this.#onFull = onFull;
		this.#before = before;
	}

	get size(): number {
		return this.#text.length;
	}

	/** The client does not read: nothing is taken from it until it does. */
	get isFull(): boolean {
		return this.#isFull;
	}

	/** The client is gone: nothing can be sent any more. */
	get isBroken(): boolean {
		return this.#isBroken;
	}

	put(text: string): void {
		if (!this.#isBroken) {
			this.#text += text;
		}
	}

	/** Sends what the kernel takes; true when all of it is out. */
	flush(): boolean {
		return !this.#isFull && this.#send();
	}

	/** Calls back now, or as soon as the client has read what it was sent. */
	whenSent(then: () => void): void {
		if (this.flush()) {
			then();
		} else {
			this.#then = then;
		}
	}

	/** The socket has room again; true when all of it is out now. */
	resume(): boolean {
		if (!this.#isFull || !this.#send()) {
			return false;
		}
		this.#isFull = false;
		this.#onFull(false);
		const then = this.#then;
		this.#then = undefined;
		then?.();
		return true;
	}

	#send(): boolean {
		if (this.#text !== '') {
			this.#before();
		}
		while (this.#text !== '') {
			const piece = this.#text.length > outboxPiece ? this.#text.slice(0, outboxPiece) : this.#text;
			const sent = this.#native.sendText(this.#fd, piece);
			if (sent === eagain) {
				if (!this.#isFull) {
					this.#isFull = true;
					this.#onFull(true);
				}
				return false;
			}
			this.#isBroken ||= sent < 0;
			this.#text = this.#isBroken || sent === this.#text.length ? '' : this.#text.slice(sent);
		}
		return true;
	}
}
