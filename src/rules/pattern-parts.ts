import { type Refusal, refuse } from '../base/refusal.ts';

/** 256 places, 1 for each byte that is in it. */
export type ByteSet = Uint8Array;

/** One step of a pattern. */
export type Part =
	/** Bytes of a set: one, or with a suffix at most one, any number, at least one, as few as possible. */
	| { readonly is: 'bytes'; readonly set: ByteSet; readonly suffix: '' | '?' | '*' | '+' | '-' }
	/** The beginning of a capture; `()` is one by itself. */
	| { readonly is: 'open'; readonly capture: number; readonly isPosition: boolean }
	| { readonly is: 'close'; readonly capture: number }
	/** `%b()` */
	| { readonly is: 'balanced'; readonly open: number; readonly close: number }
	/** `%f[set]` */
	| { readonly is: 'frontier'; readonly set: ByteSet }
	/** `%1` */
	| { readonly is: 'again'; readonly capture: number }
	/** `$` */
	| { readonly is: 'end' };

const mostCaptures = 32;
/** MAXCCALLS of Lua's own matcher. */
const mostNested = 200;

/** A malformed pattern, by its reason. */
class Malformed extends Error {}

/**
 * The parts of a Lua 5.3 pattern without its leading `^`. Refused in Lua's own words (lstrlib.c); what Lua only finds
 * when a match gets there is found at once.
 */
export function partsOf(pattern: string): readonly Part[] | Refusal {
	try {
		return new Reader(pattern).parts();
	} catch (error) {
		if (error instanceof Malformed) {
			return refuse(error.message);
		}
		throw error;
	}
}

class Reader {
	readonly #pattern: string;
	#at = 0;
	/** Whether each capture so far is closed. */
	readonly #captures: boolean[] = [];

	constructor(pattern: string) {
		this.#pattern = pattern;
	}

	parts(): Part[] {
		const parts: Part[] = [];
		while (this.#at < this.#pattern.length) {
			parts.push(this.#part());
		}
		if (this.#captures.includes(false)) {
			throw new Malformed('unfinished capture');
		}
		const nested = parts.filter((part) => part.is === 'open' || part.is === 'close' || isRepeated(part));
		if (nested.length >= mostNested) {
			throw new Malformed('pattern too complex');
		}
		return parts;
	}

	#part(): Part {
		const char = this.#pattern[this.#at];
		if (char === '(') {
			return this.#open();
		}
		if (char === ')') {
			this.#at++;
			const capture = this.#captures.lastIndexOf(false);
			if (capture < 0) {
				throw new Malformed('invalid pattern capture');
			}
			this.#captures[capture] = true;
			return { is: 'close', capture };
		}
		if (char === '$' && this.#at === this.#pattern.length - 1) {
			this.#at++;
			return { is: 'end' };
		}
		return (char === '%' ? this.#escaped() : undefined) ?? this.#bytes();
	}

	#open(): Part {
		const isPosition = this.#pattern[this.#at + 1] === ')';
		this.#at += isPosition ? 2 : 1;
		if (this.#captures.length === mostCaptures) {
			throw new Malformed('too many captures');
		}
		return { is: 'open', capture: this.#captures.push(isPosition) - 1, isPosition };
	}

	/** What a `%` begins that is no class. */
	#escaped(): Part | undefined {
		const next = this.#pattern[this.#at + 1] ?? '';
		if (next === 'b') {
			this.#at += 4;
			if (this.#at > this.#pattern.length) {
				throw new Malformed("malformed pattern (missing arguments to '%b')");
			}
			return { is: 'balanced', open: this.#byte(this.#at - 2), close: this.#byte(this.#at - 1) };
		}
		if (next === 'f') {
			this.#at += 2;
			if (this.#pattern[this.#at] !== '[') {
				throw new Malformed("missing '[' after '%f' in pattern");
			}
			return { is: 'frontier', set: this.#set() };
		}
		if (next >= '0' && next <= '9') {
			this.#at += 2;
			const capture = Number(next) - 1;
			if (this.#captures[capture] !== true) {
				throw new Malformed(`invalid capture index %${next}`);
			}
			return { is: 'again', capture };
		}
		return undefined;
	}

	#bytes(): Part {
		const set = this.#set();
		const suffix = this.#pattern[this.#at];
		if (suffix === '?' || suffix === '*' || suffix === '+' || suffix === '-') {
			this.#at++;
			return { is: 'bytes', set, suffix };
		}
		return { is: 'bytes', set, suffix: '' };
	}

	/** A single character class: `a`, `.`, `%a`, `[^a-z]`. */
	#set(): ByteSet {
		const from = this.#at++;
		const char = this.#pattern[from];
		if (char === '%') {
			if (this.#at === this.#pattern.length) {
				throw new Malformed("malformed pattern (ends with '%')");
			}
			return setOf(classTest(this.#byte(this.#at++)));
		}
		if (char === '[') {
			return this.#bracketSet();
		}
		const byte = this.#byte(from);
		return setOf(char === '.' ? () => true : (one) => one === byte);
	}

	/** What stands between brackets; a `]` that comes first is a member, as the class behind a `%` is. */
	#bracketSet(): ByteSet {
		const isNegated = this.#pattern[this.#at] === '^';
		if (isNegated) {
			this.#at++;
		}
		const end = this.#endOfSet();
		const tests: ((byte: number) => boolean)[] = [];
		for (let at = this.#at; at < end; at++) {
			const first = this.#byte(at);
			if (this.#pattern[at] === '%') {
				tests.push(classTest(this.#byte(++at)));
			} else if (this.#pattern[at + 1] === '-' && at + 2 < end) {
				at += 2;
				const last = this.#byte(at);
				tests.push((byte) => first <= byte && byte <= last);
			} else {
				tests.push((byte) => byte === first);
			}
		}
		this.#at = end + 1;
		return setOf((byte) => tests.some((test) => test(byte)) !== isNegated);
	}

	#endOfSet(): number {
		let at = this.#at;
		do {
			if (at >= this.#pattern.length) {
				throw new Malformed("malformed pattern (missing ']')");
			}
			if (this.#pattern[at++] === '%') {
				at++;
			}
		} while (this.#pattern[at] !== ']');
		return at;
	}

	#byte(at: number): number {
		return this.#pattern.charCodeAt(at);
	}
}

function isRepeated(part: Part): boolean {
	return part.is === 'bytes' && part.suffix !== '';
}

function setOf(test: (byte: number) => boolean): ByteSet {
	return Uint8Array.from({ length: 256 }, (_, byte) => (test(byte) ? 1 : 0));
}

/** The classes of the "C" locale (Lua 5.3 manual, 6.4.1), and `%z`, which Lua still knows. */
const classes: Readonly<Record<string, RegExp>> = {
	a: /[A-Za-z]/,
	c: /[^ -~\x80-\xff]/,
	d: /[0-9]/,
	g: /[!-~]/,
	l: /[a-z]/,
	p: /[!-/:-@[-`{-~]/,
	s: /[ \t-\r]/,
	u: /[A-Z]/,
	w: /[A-Za-z0-9]/,
	x: /[0-9A-Fa-f]/,
	z: /\0/,
};

/** A class in capitals is all others; any other character is itself. */
function classTest(byte: number): (one: number) => boolean {
	const letter = String.fromCharCode(byte);
	const own = classes[letter.toLowerCase()];
	if (own === undefined) {
		return (one) => one === byte;
	}
	const isOwn = letter === letter.toLowerCase();
	return (one) => own.test(String.fromCharCode(one)) === isOwn;
}
