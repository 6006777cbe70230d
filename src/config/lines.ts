import { parse } from 'smol-toml';

/**
 * The line each key of a TOML document stands on, as a tree of the shape of its tables; the elements of a list are
 * below its key, by index, where they begin on another line. The first line is 1.
 */
export type Lines = { line: number; below: Map<string, Lines> | undefined };

/** Reads the lines of a document that is known to be TOML. Of one that is not, it makes something or other. */
export function linesOf(text: string): Lines {
	return new Scanner(text).document();
}

/** The parser gives values without their places; so keys are looked for a second time, and values skipped. */
class Scanner {
	private readonly text: string;
	private at = 0;
	private line = 1;

	constructor(text: string) {
		this.text = text;
	}

	document(): Lines {
		const root: Lines = { line: 1, below: undefined };
		let table = root;
		for (this.skipBlank(); this.at < this.text.length; this.skipBlank()) {
			const start = this.at;
			if (this.char() === '[') {
				this.at += this.text.startsWith('[[', this.at) ? 2 : 1;
				table = this.enter(root);
				table.line = this.line;
				this.skipTo(']');
			} else {
				this.pair(table);
			}
			// Of no TOML document: but what else comes must not hang.
			if (this.at === start) {
				this.at++;
			}
		}
		return root;
	}

	/** `key = value` */
	private pair(table: Lines): void {
		const place = this.enter(table);
		place.line = this.line;
		this.skipTo('=');
		this.skipBlank();
		this.value(place);
	}

	/** Goes down a dotted key. */
	private enter(from: Lines): Lines {
		let place = from;
		do {
			this.skipSpaces();
			place = below(place, this.part(), this.line);
			this.skipSpaces();
		} while (this.take('.'));
		return place;
	}

	private part(): string {
		const quote = this.char();
		if (quote !== '"' && quote !== "'") {
			return this.match(bareKey);
		}
		const start = this.at;
		this.string();
		const raw = this.text.slice(start, this.at);
		return raw.includes('\\') ? unescaped(raw) : raw.slice(1, -1);
	}

	private value(place: Lines): void {
		switch (this.char()) {
			case '"':
			case "'":
				this.string();
				break;
			case '[':
				this.list(place);
				break;
			case '{':
				this.inlineTable(place);
				break;
			default:
				this.match(plainValue);
		}
	}

	/** A string of either kind; up to two quotes before the closing three are part of it. */
	private string(): void {
		const quote = this.char();
		const end = this.text.startsWith(quote.repeat(3), this.at) ? quote.repeat(3) : quote;
		this.at += end.length;
		while (this.at < this.text.length && !this.text.startsWith(end, this.at)) {
			const isEscape = quote === '"' && this.char() === '\\' && this.text.charAt(this.at + 1) !== '\n';
			this.line += this.char() === '\n' ? 1 : 0;
			this.at += isEscape ? 2 : 1;
		}
		this.at += end.length;
		for (let more = 0; more < end.length - 1 && this.take(quote); more++) {}
	}

	private list(place: Lines): void {
		this.at++;
		for (let index = 0; ; index++) {
			this.skipBlank();
			if (this.at >= this.text.length || this.take(']')) {
				return;
			}
			const start = this.at;
			this.value(this.line === place.line ? place : below(place, String(index), this.line));
			this.skipBlank();
			if (!this.take(',') && this.at === start) {
				this.at++;
			}
		}
	}

	private inlineTable(place: Lines): void {
		this.at++;
		for (;;) {
			this.skipBlank();
			if (this.at >= this.text.length || this.take('}')) {
				return;
			}
			const start = this.at;
			this.pair(place);
			this.skipBlank();
			if (!this.take(',') && this.at === start) {
				this.at++;
			}
		}
	}

	/** Over blanks, line breaks and comments. */
	private skipBlank(): void {
		this.countBreaks(this.match(blank));
	}

	private skipSpaces(): void {
		this.match(spaces);
	}

	private skipTo(char: string): void {
		this.skipSpaces();
		while (this.take(char)) {}
	}

	private take(char: string): boolean {
		const isThere = this.char() === char;
		this.at += isThere ? 1 : 0;
		return isThere;
	}

	private char(): string {
		return this.text.charAt(this.at);
	}

	private match(pattern: RegExp): string {
		pattern.lastIndex = this.at;
		const taken = pattern.exec(this.text)?.[0] ?? '';
		this.at += taken.length;
		return taken;
	}

	private countBreaks(taken: string): void {
		for (let at = taken.indexOf('\n'); at >= 0; at = taken.indexOf('\n', at + 1)) {
			this.line++;
		}
	}
}

const bareKey = /[A-Za-z0-9_-]*/y;
const spaces = /[ \t]*/y;
const blank = /(?:[ \t\r\n\ufeff]+|#[^\n]*)*/y;
const plainValue = /[^,\]}#\r\n]*/y;
function below(place: Lines, key: string, line: number): Lines {
	place.below ??= new Map();
	const known = place.below.get(key);
	if (known !== undefined) {
		return known;
	}
	const made: Lines = { line, below: undefined };
	place.below.set(key, made);
	return made;
}

function unescaped(raw: string): string {
	try {
		return String(parse(`key = ${raw}`)['key']);
	} catch {
		return raw;
	}
}
