import type { Hint } from '../base/nearest.ts';
import type { Key, Missing } from './key.ts';
import { joinKey, type Place } from './mistake.ts';
import { isTable, kindOf, type Node } from './node.ts';
import { type At, bad, expectedOf } from './reader.ts';

/** What a table may hold, by key: one of ours, a table of some of ours, or what is not there yet. */
export type Shape<D> = ReadonlyMap<string, Key<D> | Missing | Inner<D>>;
type Inner<D> = { readonly inner: ReadonlyMap<string, Key<D>> };

/** The file that is being read, and whom its mistakes are told. */
export type Source = {
	readonly file: string;
	/** Absolute; relative paths count from here. */
	readonly folder: string;
	wrong(line: number, key: string, text: string): void;
	readonly hint: Hint;
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
 * it was. What `[defaults]` does not take is a mistake where `isDefaults`.
 */
export function readTable<D extends object>(
	{ line, value }: Node,
	path: string,
	shape: Shape<D>,
	draft: D,
	source: Source,
	isDefaults = false,
): { draft: D; places: Places } {
	const reading = { path, source, isDefaults, draft: { ...draft }, places: new Map<string, Place>() };
	if (!isTable(value)) {
		source.wrong(line, path, `expected a table, got ${kindOf(value)}`);
		return reading;
	}
	for (const [name, node] of value) {
		const known = shape.get(name);
		const full = `${path}.${joinKey(name)}`;
		if (known === undefined) {
			source.wrong(node.line, full, `unknown key${source.hint(name, shape.keys())}`);
		} else if ('missing' in known) {
			source.wrong(node.line, full, `not there yet: ${known.missing}`);
		} else if ('inner' in known) {
			readInner(node, full, known.inner, reading);
		} else {
			readKey(known, node, reading);
		}
	}
	return reading;
}

type Reading<D> = {
	readonly path: string;
	readonly source: Source;
	readonly isDefaults: boolean;
	readonly draft: D;
	readonly places: Map<string, Place>;
};

/** The table that several of our keys are in. */
function readInner<D>(
	{ line, value }: Node,
	full: string,
	keys: Inner<D>['inner'],
	reading: Reading<D>,
): void {
	const { source } = reading;
	if (!isTable(value)) {
		const some = [...keys.keys()].slice(0, 3).join(', ');
		source.wrong(line, full, expectedOf({ expected: `a table of ${some}` }, kindOf(value)));
		return;
	}
	for (const [name, node] of value) {
		const key = keys.get(name);
		if (key === undefined) {
			source.wrong(node.line, `${full}.${joinKey(name)}`, `unknown key${source.hint(name, keys.keys())}`);
		} else {
			readKey(key, node, reading);
		}
	}
}

function readKey<D>(key: Key<D>, node: Node, { path, source, isDefaults, draft, places }: Reading<D>): void {
	const { file } = source;
	const full = `${path}.${key.name}`;
	if (isDefaults && !key.inDefaults) {
		source.wrong(node.line, full, 'belongs to a service, not to [defaults]');
		return;
	}
	const change = key.read(node, atOf(full, source), draft);
	if (change !== bad) {
		Object.assign(draft as object, change);
	}
	if (key.entries !== undefined && isTable(node.value)) {
		for (const [entry, { line }] of node.value) {
			places.set(`${key.name}.${entry}`, { file, line });
		}
	} else {
		places.set(key.name, { file, line: node.line });
	}
}

function atOf(key: string, { folder, wrong }: Source): At {
	return {
		folder,
		wrong(line, text, below) {
			wrong(line, below === undefined ? key : `${key}.${joinKey(below)}`, text);
			return bad;
		},
	};
}
