import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { type ByteSet, type Part, partsOf } from './pattern-parts.ts';

/** Where in a text it was found: from there up to `to`, which is not in it. */
export type Found = { readonly from: number; readonly to: number };

/** A Lua 5.3 pattern (manual, 6.4.1). */
export type LuaPattern = {
	/**
	 * Where it is first found in a text (latin1, a character per byte), as string.find does. Refused: it takes more than
	 * 10 000 steps and 10 for each byte; a step is some 5 ns, a pattern that goes back and forth takes as many as it can.
	 */
	find(text: string): Found | undefined | Refusal;
};

const stepsAtLeast = 10_000;
const stepsPerByte = 10;

/** Refused in Lua's own words: a malformed pattern. */
export function compilePattern(pattern: string): LuaPattern | Refusal {
	const isAnchored = pattern.startsWith('^');
	const parts = partsOf(isAnchored ? pattern.slice(1) : pattern);
	return isRefusal(parts) ? parts : { find: (text) => new Matcher(parts, text).find(isAnchored) };
}

/** The steps are used up. */
const tooLong = new Error();
const none = -1;

/** Goes the way Lua's own matcher does (lstrlib.c, do_match). */
class Matcher {
	readonly #parts: readonly Part[];
	readonly #text: string;
	#steps: number;
	readonly #from: number[] = [];
	/** None: a capture that is not closed, or a position. */
	readonly #to: number[] = [];

	constructor(parts: readonly Part[], text: string) {
		this.#parts = parts;
		this.#text = text;
		this.#steps = stepsAtLeast + stepsPerByte * text.length;
	}

	find(isAnchored: boolean): Found | undefined | Refusal {
		try {
			for (let from = 0; from <= (isAnchored ? 0 : this.#text.length); from++) {
				const to = this.#match(from, 0);
				if (to !== none) {
					return { from, to };
				}
			}
			return undefined;
		} catch (error) {
			if (error === tooLong) {
				return refuse('the pattern takes too long');
			}
			throw error;
		}
	}

	/** Where the parts from `at` on end if they match from there, or none. */
	#match(from: number, at: number): number {
		let place = from;
		for (let index = at; ; index++) {
			this.#step();
			const part = this.#parts[index];
			if (part === undefined) {
				return place;
			}
			if (part.is === 'bytes' && part.suffix === '') {
				if (!this.#isIn(part.set, place)) {
					return none;
				}
				place++;
			} else if (part.is === 'bytes' || part.is === 'open' || part.is === 'close') {
				return this.#branch(part, place, index);
			} else {
				place = this.#pass(part, place);
				if (place === none) {
					return none;
				}
			}
		}
	}

	#branch(part: Part & { is: 'bytes' | 'open' | 'close' }, place: number, index: number): number {
		if (part.is === 'bytes') {
			return this.#repeat(part.set, part.suffix, place, index + 1);
		}
		const { capture } = part;
		if (part.is === 'open') {
			this.#from[capture] = place;
		}
		this.#to[capture] = part.is === 'close' ? place : none;
		// Nobody reads it where this fails: what comes behind it is only reached through here.
		return this.#match(place, index + 1);
	}

	#repeat(set: ByteSet, suffix: string, from: number, next: number): number {
		let place = from;
		if (suffix === '-') {
			for (;;) {
				const to = this.#match(place, next);
				if (to !== none || !this.#isIn(set, place)) {
					return to;
				}
				place++;
			}
		}
		const most = suffix === '?' ? from + 1 : Number.POSITIVE_INFINITY;
		while (place < most && this.#isIn(set, place)) {
			this.#step();
			place++;
		}
		const least = suffix === '+' ? from + 1 : from;
		for (; place >= least; place--) {
			const to = this.#match(place, next);
			if (to !== none) {
				return to;
			}
		}
		return none;
	}

	/** What matches in one way or not at all. */
	#pass(part: Part & { is: 'balanced' | 'frontier' | 'again' | 'end' }, place: number): number {
		switch (part.is) {
			case 'balanced':
				return this.#balanced(part.open, part.close, place);
			case 'frontier':
				return !part.set[this.#byte(place - 1)] && part.set[this.#byte(place)] ? place : none;
			case 'again': {
				const from = this.#from[part.capture] as number;
				const to = this.#to[part.capture] as number;
				this.#step(Math.max(0, to - from));
				return to !== none && this.#text.startsWith(this.#text.slice(from, to), place)
					? place + to - from
					: none;
			}
			case 'end':
				return place === this.#text.length ? place : none;
		}
	}

	#balanced(open: number, close: number, from: number): number {
		if (this.#text.charCodeAt(from) !== open) {
			return none;
		}
		let depth = 1;
		for (let place = from + 1; place < this.#text.length; place++) {
			this.#step();
			const byte = this.#text.charCodeAt(place);
			if (byte === close) {
				if (--depth === 0) {
					return place + 1;
				}
			} else if (byte === open) {
				depth++;
			}
		}
		return none;
	}

	#isIn(set: ByteSet, place: number): boolean {
		return place < this.#text.length && set[this.#text.charCodeAt(place)] === 1;
	}

	/** Beyond both ends of a text stands a NUL. */
	#byte(place: number): number {
		return place < 0 || place >= this.#text.length ? 0 : this.#text.charCodeAt(place);
	}

	#step(count = 1): void {
		this.#steps -= count;
		if (this.#steps < 0) {
			throw tooLong;
		}
	}
}
