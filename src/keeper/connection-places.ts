/** `position`: up to where everything has its replies; `inFlight`: the request that begins there and has none yet. */
export type Standing = { readonly position: number; readonly inFlight: number | undefined };

/**
 * What the ledger knows of clients' connections, by the numbers they have with the keeper: `ledger_connection` in
 * native/core/ledger.h says what each word means. Positions count bytes modulo 2^32.
 */
export class ConnectionPlaces {
	readonly #words: Int32Array;
	readonly #from: number;
	readonly #count: number;

	/** `from`: the index of the first word. */
	constructor(words: Int32Array, from: number, count: number) {
		this.#words = words;
		this.#from = from;
		this.#count = count;
	}

	/** Of a connection that comes now nothing is known. */
	clear(conn: number): void {
		for (let word = 0; word < size; word++) {
			this.#store(conn, word, 0);
		}
	}

	/** Whether it outlives the daemon: all that was taken of it is written down or has its replies. */
	isWhole(conn: number): boolean {
		return this.#load(conn, at.whole) !== 0;
	}

	/** Something is taken of it, or replied on it, that a daemon that comes after could not know. */
	loosen(conn: number): void {
		this.#store(conn, at.whole, 0);
	}

	/** Everything before a position has its replies, and no request is in flight. */
	settle(conn: number, position: number): void {
		this.#store(conn, at.request, 0);
		this.#store(conn, at.next, position);
		this.#store(conn, at.at, position);
		this.#store(conn, at.whole, 1);
	}

	/** From now on a request is in flight, which ends at `next`. */
	begin(conn: number, request: number, next: number): void {
		this.#store(conn, at.request, request);
		this.#store(conn, at.next, next);
	}

	/** The request in flight; undefined where there is none, or its reply is out. */
	inFlight(conn: number): number | undefined {
		return this.standing(conn).inFlight;
	}

	/** Where a connection stands, as of one moment: the keeper may reply in the next. */
	standing(conn: number): Standing {
		const position = this.#load(conn, at.at);
		const isOver = position === this.#load(conn, at.next);
		return { position, inFlight: isOver ? undefined : this.#load(conn, at.request) || undefined };
	}

	/** The numbers of all connections that outlive the daemon. */
	whole(): number[] {
		const found: number[] = [];
		for (let first = 0; first < this.#count; first += many) {
			const end = Math.min(first + many, this.#count);
			for (let conn = this.#isUntouched(first, end) ? end : first; conn < end; conn++) {
				if (this.isWhole(conn)) {
					found.push(conn);
				}
			}
		}
		return found;
	}

	/** All requests in flight. */
	allInFlight(): ReadonlySet<number> {
		return new Set(this.whole().flatMap((conn) => this.inFlight(conn) ?? []));
	}

	/** Up to where everything has its replies. */
	position(conn: number): number {
		return this.#load(conn, at.at);
	}

	/** Where the request in flight ends. */
	next(conn: number): number {
		return this.#load(conn, at.next);
	}

	/** The newest piece that was taken from its socket; 0: none. */
	taken(conn: number): number {
		return this.#load(conn, this.#load(conn, at.mark) === 0 ? at.taken : at.taking);
	}

	/** From when there is something in the mark, which this returns, that piece is taken. */
	taking(conn: number, piece: number): Uint8Array {
		this.#store(conn, at.taken, this.taken(conn));
		this.#store(conn, at.mark, 0);
		this.#store(conn, at.taking, piece);
		const word = this.#from + conn * size + at.mark;
		return new Uint8Array(this.#words.buffer, this.#words.byteOffset + 4 * word, 1);
	}

	/** Whether a reply found no room since this was last asked. */
	wasFull(conn: number): boolean {
		return Atomics.exchange(this.#words, this.#from + conn * size + at.full, 0) !== 0;
	}

	/** Most were never used, and compared at once cost a take-over no millisecond each time. */
	#isUntouched(first: number, end: number): boolean {
		const { buffer, byteOffset } = this.#words;
		const [from, length] = [4 * (this.#from + first * size), 4 * (end - first) * size];
		return Buffer.from(buffer, byteOffset + from, length).equals(blank.subarray(0, length));
	}

	#load(conn: number, word: number): number {
		return Atomics.load(this.#words, this.#from + conn * size + word) >>> 0;
	}

	#store(conn: number, word: number, value: number): void {
		Atomics.store(this.#words, this.#from + conn * size + word, value | 0);
	}
}

/** In words. */
const size = 8;
/** So many are looked at at once. */
const many = 512;
const blank = Buffer.alloc(4 * many * size);
const at = { whole: 0, taken: 1, request: 2, at: 3, next: 4, full: 5, taking: 6, mark: 7 } as const;
