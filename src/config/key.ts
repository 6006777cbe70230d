import type { Node } from './node.ts';
import type { Toml } from './print.ts';
import { type At, type Bad, bad, type Reader } from './reader.ts';

/**
 * What a change of a key does to a service that has a process: nothing to the process, a restart of it, or nothing
 * until the daemon itself starts again.
 */
export type Change = 'in-place' | 'restart' | 'later';

/** One key of the file, and all that is known of it. `D` is what a table of such keys yields. */
export type Key<D> = {
	/** Dotted where it is in a table: `stop.signal`. */
	readonly name: string;
	/** For the manual: one line. */
	readonly what: string;
	readonly expected: string;
	readonly change: Change;
	/** `[defaults]` takes it. */
	readonly inDefaults: boolean;
	/** Reads its value: what is to be put in the draft. */
	read(node: Node, at: At, draft: D): Partial<D> | Bad;
	/** Its value in a draft; undefined where there is none. */
	write(draft: D): Toml | undefined;
	isSame(one: D, other: D): boolean;
	/** What is to be put in a draft for it to have the value that another has. */
	copy(from: D, draft: D): Partial<D>;
	/** Of a key that is a table of any keys: what is in it. `isSecret`: its values are shown to nobody. */
	readonly entries?: { of(draft: D): ReadonlyMap<string, string>; readonly isSecret: boolean };
};

/** A key that this version does not know what to do with yet. */
export type Missing = { readonly name: string; readonly missing: string };

type About = { readonly change?: Change; readonly inDefaults?: boolean };

/** Makers of keys whose tables yield a `D`. */
export function keysOf<D>() {
	return {
		/** A key whose value is a field of the draft. */
		field<F extends keyof D>(
			name: string,
			field: F,
			reader: Reader<D[F]>,
			what: string,
			about: About = {},
		): Key<D> {
			const put = (value: D[F]) => partial<D>(field, value);
			return keyOf(name, reader, what, about, (draft) => draft[field], put);
		},
		/** A key whose value is a part of a field of the draft. */
		part<F extends keyof D, P extends keyof D[F]>(
			name: string,
			[field, part]: readonly [F, P],
			reader: Reader<D[F][P]>,
			what: string,
			about: About = {},
		): Key<D> {
			const put = (value: D[F][P], draft: D) => partial<D>(field, { ...draft[field], [part]: value });
			return keyOf(name, reader, what, about, (draft) => draft[field][part], put);
		},
		/** A key that is a table of any keys: what a service says is added to what `[defaults]` says. */
		table<F extends keyof D>(
			name: string,
			field: F,
			reader: Reader<ReadonlyMap<string, string>>,
			what: string,
			about: About & { readonly isSecret: boolean },
		): Key<D> {
			const of = (draft: D) => draft[field] as ReadonlyMap<string, string>;
			const put = (value: ReadonlyMap<string, string>, draft: D) =>
				partial<D>(field, new Map([...of(draft), ...value]));
			return {
				...keyOf(name, reader, what, about, of, put),
				isSame: (one, other) => of(one) === of(other) || same([...of(one)].sort(), [...of(other)].sort()),
				entries: { of, isSecret: about.isSecret },
			};
		},
		/** Any other key: `of` gives its value in a draft, `put` what a value changes of one. */
		key<T>(
			name: string,
			reader: Reader<T>,
			what: string,
			about: About,
			of: (draft: D) => T,
			put: (value: T, draft: D) => Partial<D>,
		): Key<D> {
			return keyOf(name, reader, what, about, of, put);
		},
	};
}

function keyOf<D, T>(
	name: string,
	reader: Reader<T>,
	what: string,
	{ change = 'restart', inDefaults = true }: About,
	of: (draft: D) => T,
	put: (value: T, draft: D) => Partial<D>,
): Key<D> {
	return {
		name,
		what,
		expected: reader.expected,
		change,
		inDefaults,
		read(node, at, draft) {
			const value = reader.read(node, at);
			return value === bad ? bad : put(value, draft);
		},
		write: (draft) => reader.write(of(draft)),
		copy: (from, draft) => put(of(from), draft),
		isSame(one, other) {
			const [a, b] = [of(one), of(other)];
			return a === b || (isObject(a) && isObject(b) && same(reader.write(a), reader.write(b)));
		},
	};
}

function partial<D>(field: keyof D, value: unknown): Partial<D> {
	return { [field]: value } as Partial<D>;
}

function isObject(value: unknown): boolean {
	return typeof value === 'object' && value !== null;
}

function same(one: unknown, other: unknown): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}
