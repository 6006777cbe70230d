import { LineBreaks } from './quoting.ts';

/**
 * What a byte stream was cut into, with the descriptors that came with it: a `record` without its line
 * break, `quoted` when it has a field in quotes; a `bad` one, with the reason; or one that is too `long`,
 * behind which nothing is read.
 */
export type Frame =
	| {
			readonly tag: 'record';
			readonly text: string;
			readonly quoted: boolean;
			readonly fds: readonly number[];
	  }
	| { readonly tag: 'bad'; readonly why: string; readonly fds: readonly number[] }
	| { readonly tag: 'long'; readonly fds: readonly number[] };

/** What a record may hold at most, bytes. */
export const recordLimit = 1_048_576;

/** How many descriptors may come with a record. */
export const mostDescriptors = 16;

/** In place of descriptors that had to be dropped, so that their record is answered with an `Error`. */
export const lostDescriptor = -1;

/**
 * Cuts a byte stream into records. Text is latin1, one char per byte. Descriptors belong to the record in
 * which the read that brought them ends, its line break included: a read stops right behind the segment
 * that carried them (unix(7)).
 */
export class Framer {
	readonly #limit: number;
	readonly #drop: (fds: readonly number[]) => void;
	readonly #breaks = new LineBreaks();
	/** Pushed and not yet begun. */
	readonly #waiting: Piece[] = [];
	#piece: Piece = { text: '', fds: none };
	#at = 0;
	/** The record so far, as it came in earlier pieces: joined once, when it is whole. */
	#parts: string[] = [];
	#length = 0;
	#fds: readonly number[] = none;
	#over = false;
	#held = 0;

	/** `drop` gets the descriptors of a record that has more than 16, as soon as it has. */
	constructor(limit = recordLimit, drop: (fds: readonly number[]) => void = () => {}) {
		this.#limit = limit;
		this.#drop = drop;
	}

	/** How many bytes are held that no frame was made of. */
	get held(): number {
		return this.#held;
	}

	/** What one read gave. */
	push(text: string, fds: readonly number[] = none): void {
		if (this.#over) {
			this.#take(fds);
		} else {
			this.#waiting.push({ text, fds });
			this.#held += text.length;
		}
	}

	/** The next record; undefined until more is pushed. */
	next(): Frame | undefined {
		while (!this.#over) {
			if (this.#at === this.#piece.text.length && !this.#begin()) {
				return undefined;
			}
			const { text, fds } = this.#piece;
			const from = this.#at;
			const found = this.#breaks.find();
			this.#at = found < 0 ? text.length : found + 1;
			if (this.#at === text.length) {
				this.#take(fds);
			}
			const part = from === 0 && found < 0 ? text : text.slice(from, found < 0 ? text.length : found);
			const frame = found < 0 ? this.#goOn(part) : this.#complete(part);
			if (frame !== undefined) {
				return frame;
			}
		}
		return undefined;
	}

	/**
	 * What the end of the stream leaves, after `next` gave its last: a record cut off, descriptors that
	 * nobody took.
	 */
	end(): Frame | undefined {
		if (this.#length === 0 && this.#fds.length === 0) {
			return undefined;
		}
		this.#held -= this.#length;
		const inside = this.#breaks.isOpen ? ' inside quotes' : '';
		return this.#reset({
			tag: 'bad',
			why: `the record was cut off by the end of the stream${inside}`,
			fds: this.#fds,
		});
	}

	/** Cuts no further: the descriptors that no frame was given. */
	abandon(): readonly number[] {
		return this.#tooLong().fds;
	}

	/** The next piece that was pushed becomes the one being read. */
	#begin(): boolean {
		const piece = this.#waiting.shift();
		if (piece === undefined) {
			return false;
		}
		this.#piece = piece;
		this.#at = 0;
		this.#breaks.open(piece.text);
		return true;
	}

	#take(fds: readonly number[]): void {
		if (fds.length > 0) {
			const all = [...this.#fds, ...fds];
			this.#fds = all.length > mostDescriptors ? [lostDescriptor] : all;
			if (all.length > mostDescriptors) {
				this.#drop(all.filter((fd) => fd !== lostDescriptor));
			}
		}
	}

	/** The record does not end in this piece. A `\r` at the limit may yet be half of its line break. */
	#goOn(part: string): Frame | undefined {
		if (part !== '') {
			this.#parts.push(part);
			this.#length += part.length;
		}
		const mayReturn = this.#length === this.#limit + 1 && part.endsWith('\r');
		return this.#length > this.#limit && !mayReturn ? this.#tooLong() : undefined;
	}

	#complete(part: string): Frame | undefined {
		const whole = this.#length === 0 ? part : this.#parts.join('') + part;
		const text = whole.charCodeAt(whole.length - 1) === 0x0d ? whole.slice(0, -1) : whole;
		if (text.length > this.#limit) {
			return this.#tooLong();
		}
		this.#held -= whole.length + 1;
		const { why, quoted } = this.#breaks;
		const fds = this.#fds;
		if (text === '' && fds.length === 0) {
			this.#reset(undefined);
			return undefined;
		}
		if (why !== undefined || text === '') {
			return this.#reset({ tag: 'bad', why: why ?? 'descriptors came with an empty line', fds });
		}
		return this.#reset({ tag: 'record', text, quoted, fds });
	}

	#tooLong(): Frame {
		this.#over = true;
		this.#take(this.#at < this.#piece.text.length ? this.#piece.fds : none);
		for (const { fds } of this.#waiting.splice(0)) {
			this.#take(fds);
		}
		this.#piece = { text: '', fds: none };
		this.#at = 0;
		this.#held = 0;
		return this.#reset({ tag: 'long', fds: this.#fds });
	}

	/** Forgets the record that `frame` is made of. */
	#reset<F>(frame: F): F {
		this.#breaks.begin();
		if (this.#parts.length > 0) {
			this.#parts = [];
			this.#length = 0;
		}
		this.#fds = none;
		return frame;
	}
}

/** What one read gave. */
type Piece = { readonly text: string; readonly fds: readonly number[] };

const none: readonly number[] = [];
