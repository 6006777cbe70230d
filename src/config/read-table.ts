import type { Key, Missing } from './key.ts';
import { joinKey, type Mistake, type Place } from './mistake.ts';
import { hint } from './nearest.ts';
import { isTable, kindOf, type Node } from './node.ts';
import { type Accounts, type At, bad, expectedOf } from './reader.ts';

/** What a table may hold, by key: one of ours, a table of some of ours, or what is not there yet. */
export type Shape<D> = ReadonlyMap<string, Key<D> | Missing | Inner<D>>;
type Inner<D> = { readonly inner: ReadonlyMap<string, Key<D>> };

/** The file that is being read. */
export type Source = {
	readonly file: string;
	/** Absolute; relative paths count from here. */
	readonly folder: string;
	readonly accounts: Accounts;
	tell(mistake: Mistake): void;
};

/** Where each key was said, by its dotted name; a key with a mistake too. */
export type Places = ReadonlyMap<string, Place>;

/** The shape of a table with these keys; in what `missing` names nothing is read. */
export function shapeOf<D>(keys: readonly Key<D>[], missing: readonly Missing[] = []): Shape<D> {
	const shape = new Map<string, Key<D> | Missing | { inner: Map<string, Key<D>> }>();
	for (const key of keys) {
		const [first = '', rest] = key.name.split('.');
		if (rest === undefined) {
			shape.set(first, key);
			continue;
		}
		const known = shape.get(first);
		const inner = known !== undefined && 'inner' in known ? known.inner : new Map<string, Key<D>>();
		shape.set(first, { inner: inner.set(rest, key) });
	}
	for (const it of missing) {
		shape.set(it.name, it);
	}
	return shape;
}

/**
 * Puts what a table says over a draft. `path`: its dotted name, for mistakes. A key with a mistake leaves the draft as
 * it was.
 */
export function readTable<D extends object>(
	node: Node,
	path: string,
	shape: Shape<D>,
	draft: D,
	source: Source,
	isDefaults = false,
): { draft: D; places: Places } {
	const read = { ...draft };
	const places = new Map<string, Place>();
	const tell = (line: number, key: string, text: string) =>
		source.tell({ file: source.file, line, key, text });
	const take = (key: Key<D>, value: Node) => {
		const full = `${path}.${key.name}`;
		if (isDefaults && !key.inDefaults) {
			tell(value.line, full, 'belongs to a service, not to [defaults]');
			return;
		}
		const change = key.read(value, atOf(full, source), read);
		if (change !== bad) {
			Object.assign(read, change);
		}
		if (key.entries !== undefined && isTable(value.value)) {
			for (const [entry, { line }] of value.value) {
				places.set(`${key.name}.${entry}`, { file: source.file, line });
			}
		} else {
			places.set(key.name, { file: source.file, line: value.line });
		}
	};
	if (!isTable(node.value)) {
		tell(node.line, path, `expected a table, got ${kindOf(node.value)}`);
		return { draft: read, places };
	}
	for (const [name, value] of node.value) {
		const known = shape.get(name);
		const full = `${path}.${joinKey(name)}`;
		if (known === undefined) {
			tell(value.line, full, `unknown key${hint(name, shape.keys())}`);
		} else if ('missing' in known) {
			tell(value.line, full, `not there yet: ${known.missing}`);
		} else if (!('inner' in known)) {
			take(known, value);
		} else if (!isTable(value.value)) {
			const inside = [...known.inner.keys()].slice(0, 3).join(', ');
			tell(value.line, full, expectedOf({ expected: `a table of ${inside}` }, kindOf(value.value)));
		} else {
			for (const [below, inner] of value.value) {
				const key = known.inner.get(below);
				if (key === undefined) {
					tell(inner.line, `${full}.${joinKey(below)}`, `unknown key${hint(below, known.inner.keys())}`);
				} else {
					take(key, inner);
				}
			}
		}
	}
	return { draft: read, places };
}

function atOf(key: string, { file, folder, accounts, tell }: Source): At {
	return {
		folder,
		accounts,
		wrong(line, text, below) {
			tell({ file, line, key: below === undefined ? key : `${key}.${joinKey(below)}`, text });
			return bad;
		},
	};
}
