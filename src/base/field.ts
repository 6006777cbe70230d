import { formatDuration, parseDuration, tooLong } from './duration.ts';
import { isGlob } from './glob.ts';
import { isName } from './name.ts';
import { type Refusal, refuse } from './refusal.ts';
import { shown } from './shown.ts';
import { signalName, signalNumber } from './signal.ts';

/**
 * One value of the wire or of the command line: `what` it is called in a usage line, how it is read and
 * written.
 */
export type Field<T> = {
	readonly what: string;
	read(text: string): T | Refusal;
	write(value: T): string;
};

/**
 * A field that may be left out at the end of a request; `fallback` is its value then. Present but empty is
 * refused.
 */
export type OptionalField<T> = Field<T> & { readonly optional: true; readonly fallback: T };

/** Any text but none. */
export const text: Field<string> = {
	what: 'text',
	read: (given) => (given === '' ? refuse('an empty field where a value belongs') : given),
	write: (value) => value,
};

/** The name of a process. */
export const name: Field<string> = {
	what: 'name',
	read: (given) => (isName(given) ? given : refuse(`${shown(given)} is not a name: ${nameRule}`)),
	write: (value) => value,
};

/** The name of a process, or a pattern of names. */
export const nameOrGlob: Field<string> = {
	what: 'name',
	read: (given) =>
		isName(given) || (isGlob(given) && patternOfNames.test(given))
			? given
			: refuse(`${shown(given)} is neither a name nor a glob: ${nameRule}; a glob has *, ?, [a-z] or [!a-z]`),
	write: (value) => value,
};

/** A signal by its number. */
export const signal: Field<number> = {
	what: 'signal',
	read: (given) => signalNumber(given) ?? refuse(`${shown(given)} is not a signal; write HUP, SIGHUP or 1`),
	write: signalName,
};

/** Milliseconds. */
export const duration: Field<number> = {
	what: 'duration',
	read: (given) =>
		parseDuration(given) ??
		tooLong(given) ??
		refuse(`${shown(given)} is not a duration; write 200ms, 5s, 2m or 1h`),
	write: formatDuration,
};

/** A whole number, 0 or more. */
export const count: Field<number> = {
	what: 'count',
	read: (given) =>
		/^(0|[1-9][0-9]{0,14})$/.test(given) ? Number(given) : refuse(`${shown(given)} is not a whole number`),
	write: String,
};

/** The number of a process. */
export const pid: Field<number> = {
	what: 'pid',
	read: (given) =>
		/^[1-9][0-9]{0,9}$/.test(given) && Number(given) <= mostPid
			? Number(given)
			: refuse(`${shown(given)} is no number of a process`),
	write: String,
};

/** One of these words. */
export function oneOf<const W extends string>(...words: readonly W[]): Field<W> {
	return {
		what: words.join('|'),
		read: (given) =>
			words.find((word) => word === given) ?? refuse(`${shown(given)} is not one of ${words.join(', ')}`),
		write: (value) => value,
	};
}

/** That very word, which may be left out. */
export function flag(word: string): OptionalField<true | undefined> & { readonly isFlag: true } {
	return {
		what: word,
		read: (given) => (given === word ? true : refuse(`${shown(given)} is not ${word}`)),
		write: (value) => (value === undefined ? '' : word),
		optional: true,
		fallback: undefined,
		isFlag: true,
	};
}

/** The same field where it may be left out; its value is `fallback` then, undefined if none is given. */
export function optional<T>(field: Field<T>): OptionalField<T | undefined>;
export function optional<T>(field: Field<T>, fallback: T): OptionalField<T>;
export function optional<T>(field: Field<T>, fallback?: T): OptionalField<T | undefined> {
	return {
		what: field.what,
		read: field.read,
		write: (value) => (value === undefined ? '' : field.write(value)),
		optional: true,
		fallback,
	};
}

/** What pid_t holds; Linux gives out none beyond 4194304. */
const mostPid = 2_147_483_647;

const nameRule = 'letters, digits and _.@-, 64 at most, the first a letter or a digit';
/** A set is closed, as `compileGlob` takes it; `]` and `!` stand in sets alone. */
const patternOfNames = /^(?=[A-Za-z0-9_.@*?[\]!-]{1,256}$)(?:[^[\]!]|\[(?:!.|[^!])[^\]]*\])+$/;
