import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { isList, isTable, kindOf, type Node } from './node.ts';
import type { Toml } from './print.ts';

/** What a reader gives instead of a value when it told a mistake. */
export const bad = Symbol('bad');
export type Bad = typeof bad;

/** What a reader is told of the place it reads at, and whom it tells of mistakes. */
export type At = {
	/** Absolute; relative paths count from here. */
	readonly folder: string;
	/** Tells a mistake of this value, or of what `below` names in it. */
	wrong(line: number, text: string, below?: string): Bad;
};

/**
 * How one value of the file is read and written. `expected` is what a mistake says it should be. What `write` gives
 * reads back as the same value; undefined: there is nothing to write.
 */
export type Reader<T> = {
	readonly expected: string;
	read(node: Node, at: At): T | Bad;
	write(value: T): Toml | undefined;
};

/** A reader of strings from a function that reads one. */
export function word<T>(
	expected: string,
	parse: (text: string, at: At) => T | Refusal | undefined,
	write: (value: T) => Toml,
): Reader<T> {
	const self: Reader<T> = {
		expected,
		read({ line, value }, at) {
			if (typeof value !== 'string') {
				return at.wrong(line, expectedOf(self, kindOf(value)));
			}
			const read = parse(value, at) ?? refuse(expectedOf(self, shown(value)));
			return isRefusal(read) ? at.wrong(line, read.refused) : read;
		},
		write,
	};
	return self;
}

/** Any text without a NUL, which neither an argument nor a path can hold. */
export const text: Reader<string> = word('a string', plainText, (value) => value);

/** A text that is not empty. */
export const someText: Reader<string> = word(
	'a string',
	(given) => (given === '' ? refuse('expected a string, got an empty one') : plainText(given)),
	(value) => value,
);

export const flag: Reader<boolean> = {
	expected: 'true or false',
	read: ({ line, value }, at) =>
		typeof value === 'boolean' ? value : at.wrong(line, expectedOf(flag, kindOf(value))),
	write: (value) => value,
};

/** A number of these bounds, whole unless said. */
export function number(least: number, most: number, isWhole = true): Reader<number> {
	const self: Reader<number> = {
		expected: `a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}`,
		read: ({ line, value }, at) =>
			typeof value === 'number' && value >= least && value <= most && !(isWhole && !Number.isInteger(value))
				? value + 0
				: at.wrong(line, expectedOf(self, kindOf(value))),
		write: (value) => value,
	};
	return self;
}

/** One of these words. */
export function choice<const W extends string>(...words: readonly W[]): Reader<W> {
	return word(
		words
			.map((it) => `"${it}"`)
			.join(', ')
			.replace(/, (?=[^,]*$)/, ' or '),
		(given) => words.find((it) => it === given),
		(value) => value,
	);
}

/** A list of any length; each element that is wrong is a mistake of its own. */
export function list<T>(item: Reader<T>, what = 'values'): Reader<readonly T[]> {
	const self: Reader<readonly T[]> = {
		expected: `a list of ${what}`,
		read({ line, value }, at) {
			if (!isList(value)) {
				return at.wrong(line, expectedOf(self, kindOf(value)));
			}
			const items = value.map((node) => item.read(node, at));
			return items.includes(bad) ? bad : (items as T[]);
		},
		write: (items) => items.map((it) => item.write(it)).filter((it) => it !== undefined),
	};
	return self;
}

/** A program and its arguments. */
export const command: Reader<readonly string[]> = {
	...list(text),
	expected: 'a list of strings, the program first, as ["ls", "-l"]',
	read({ line, value }, at) {
		const args = isList(value) ? list(text).read({ line, value }, at) : undefined;
		if (args === undefined) {
			return at.wrong(line, expectedOf(command, kindOf(value)));
		}
		return args !== bad && !args[0] ? at.wrong(line, 'the program, the first of the list, is missing') : args;
	},
};

/** The same where the value may also be undefined, which is then not written. */
export function maybe<T>(reader: Reader<T>): Reader<T | undefined> {
	return { ...reader, write: (value) => (value === undefined ? undefined : reader.write(value)) };
}

/** A table of any keys has at most so many: each service has a copy of what `[defaults]` says. */
export const mostEntries = 1000;

/** A table of strings with any keys that `isKey` takes. */
export function strings(
	isKey: (key: string) => boolean,
	keyRule: string,
): Reader<ReadonlyMap<string, string>> {
	const self: Reader<ReadonlyMap<string, string>> = {
		expected: 'a table of strings',
		read({ line, value }, at) {
			if (!isTable(value)) {
				return at.wrong(line, expectedOf(self, kindOf(value)));
			}
			if (value.size > mostEntries) {
				return at.wrong(line, `more than ${mostEntries} entries`);
			}
			const read = new Map<string, string>();
			for (const [key, node] of value) {
				const below: At = { ...at, wrong: (where, what) => at.wrong(where, what, key) };
				const taken = isKey(key) ? text.read(node, below) : below.wrong(node.line, keyRule);
				if (taken !== bad) {
					read.set(key, taken);
				}
			}
			return read;
		},
		write: () => undefined,
	};
	return self;
}

/** `expected a duration, got a list` */
export function expectedOf({ expected }: { readonly expected: string }, got: string): string {
	return `expected ${expected}, got ${got}`;
}

function plainText(given: string): string | Refusal {
	return given.includes('\0') ? refuse(`${shown(given)} holds a NUL`) : given;
}
