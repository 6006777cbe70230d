import type { Addon } from '../native/addon.ts';

const piece = 65_536;

/** What a connection has still to send. Text is latin1; replies are ASCII. */
export class Outbox {
	readonly #native: Pick<Addon, 'sendText'>;
	readonly #fd: number;
	#text = '';
	#broken = false;

	constructor(native: Pick<Addon, 'sendText'>, fd: number) {
		this.#native = native;
		this.#fd = fd;
	}

	/** Whether everything is in the kernel, or never will be. */
	get isEmpty(): boolean {
		return this.#text === '';
	}

	get size(): number {
		return this.#text.length;
	}

	/** The peer is gone: nothing can be sent any more. */
	get isBroken(): boolean {
		return this.#broken;
	}

	put(text: string): void {
		if (!this.#broken) {
			this.#text += text;
		}
	}

	/** Sends what the kernel takes; true when nothing is left. */
	flush(): boolean {
		while (this.#text !== '') {
			const sent = this.#native.sendText(this.#fd, this.#text.length > piece ? this.#text.slice(0, piece) : this.#text);
			if (sent < 0) {
				if (sent === -11) {
					return false;
				}
				this.#broken = true;
				this.#text = '';
				return true;
			}
			this.#text = sent === this.#text.length ? '' : this.#text.slice(sent);
		}
		return true;
	}
}
