/** Why a record breaks the quoting of RFC 4180, or holds what no record may. */
export const badBecause = {
	nul: 'the record holds a NUL byte',
	stray:
		'a quote stands inside a field that does not begin with one; quote the whole field and double the quotes in it',
	behind: 'text stands behind a closing quote; a quote inside a quoted field is written twice',
	open: 'a quote is opened and not closed',
} as const;

/**
 * Finds the line breaks that end records: those outside quotes (RFC 4180). A quote opens a field only as
 * its first byte; what breaks the rules makes the record bad, and it still ends at its line break. Every
 * byte is looked at a bounded number of times, however many pieces the stream arrives in.
 */
export class LineBreaks {
	/** Why the record that was found, or is being looked for, is bad. */
	why: string | undefined;
	/** Whether that record has a field in quotes. */
	quoted = false;

	#text = '';
	#at = 0;
	#place: Place = 'field';
	readonly #quotes = new Occurrences('"');
	readonly #breaks = new Occurrences('\n');
	readonly #nuls = new Occurrences('\0');

	/** The next piece of the stream, all of the one before having been looked through. */
	open(text: string): void {
		this.#text = text;
		this.#at = 0;
		this.#quotes.open(text);
		this.#breaks.open(text);
		this.#nuls.open(text);
	}

	/** Where in the piece the record ends, -1 when it goes on behind it. */
	find(): number {
		const from = this.#at;
		const next = this.#breaks.from(from);
		const plain = (this.#place === 'field' || this.#place === 'plain') && next < this.#quotes.from(from);
		const found = plain ? next : this.#walk();
		const end = found < 0 ? this.#text.length : found;
		if (this.#nuls.from(from) < end) {
			this.why ??= badBecause.nul;
		}
		this.#at = end + 1;
		return found;
	}

	/** Forgets the record that was found: the next one begins. */
	begin(): void {
		this.why = undefined;
		this.quoted = false;
		this.#place = 'field';
	}

	/** Whether the record that is being looked for ended inside quotes so far. */
	get isOpen(): boolean {
		return this.#place === 'quoted';
	}

	#walk(): number {
		const text = this.#text;
		let at = this.#at;
		while (at < text.length) {
			if (this.#place === 'quoted') {
				at = this.#quotes.from(at) + 1;
				this.#place = at <= text.length ? 'closed' : 'quoted';
			} else if (this.#place === 'field' || this.#place === 'plain') {
				const quote = this.#quotes.from(at);
				const next = this.#breaks.from(at);
				if (next < quote) {
					return next;
				}
				if (quote === never) {
					this.#place = text.endsWith(',') ? 'field' : 'plain';
					return -1;
				}
				this.#meetQuote(quote === at ? this.#place === 'field' : text[quote - 1] === ',');
				at = quote + 1;
			} else if (text[at] === '\n') {
				return at;
			} else if (this.#leaveQuotes(text[at])) {
				at++;
			}
		}
		return -1;
	}

	#meetQuote(opens: boolean): void {
		if (opens) {
			this.quoted = true;
			this.#place = 'quoted';
		} else {
			this.why ??= badBecause.stray;
			this.#place = 'plain';
		}
	}

	/**
	 * What a character right behind a closing quote means. False: it belongs to no quoting, look at it
	 * again.
	 */
	#leaveQuotes(char: string | undefined): boolean {
		if (this.#place === 'closed') {
			if (char === '"') {
				this.#place = 'quoted';
				return true;
			}
			if (char === ',') {
				this.#place = 'field';
				return true;
			}
			if (char === '\r') {
				this.#place = 'returned';
				return true;
			}
		}
		this.why ??= badBecause.behind;
		this.#place = 'plain';
		return false;
	}
}

/**
 * Where in a record the stream stands: at the first byte of a `field`, further on in a `plain` one, inside
 * a `quoted` one, behind its closing quote, or behind that and a `\r`.
 */
type Place = 'field' | 'plain' | 'quoted' | 'closed' | 'returned';

/** Beyond every index of a string. */
const never = 0x3fffffff;

/** The places of one character in a text, asked for from left to right; the text is gone through once. */
class Occurrences {
	readonly #char: string;
	#text = '';
	#next = never;

	constructor(char: string) {
		this.#char = char;
	}

	open(text: string): void {
		this.#text = text;
		this.#next = -1;
	}

	/** The first place at or behind `at`, `never` if there is none. */
	from(at: number): number {
		if (this.#next < at) {
			const found = this.#text.indexOf(this.#char, at);
			this.#next = found < 0 ? never : found;
		}
		return this.#next;
	}
}
