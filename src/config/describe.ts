import { name as nameField } from '../base/field.ts';
import { type Hint, hintsFor } from '../base/nearest.ts';
import { isRefusal } from '../base/refusal.ts';
import { type Draft, type GroupDraft, plainDraft, plainGroup } from './draft.ts';
import type { File } from './files.ts';
import { type DaemonDraft, daemonKeys, groupKeys, plainDaemon } from './keys-daemon.ts';
import { missingServiceKeys, serviceKeys } from './keys-service.ts';
import { formatPlace, joinKey, type Mistake, type Place } from './mistake.ts';
import { isTable, kindOf, type Node, type Table } from './node.ts';
import { type Places, readTable, type Shape, type Source, shapeOf } from './read-table.ts';

/** What a table says, and where. `place`: where it begins. */
export type Described<D> = { readonly draft: D; readonly places: Places; readonly place: Place };

/** Everything the files say, each key checked by itself. */
export type Description = {
	readonly daemon: Described<DaemonDraft>;
	readonly defaults: Described<Draft>;
	readonly services: ReadonlyMap<string, Described<Draft>>;
	readonly groups: ReadonlyMap<string, Described<GroupDraft>>;
	readonly mistakes: readonly Mistake[];
};

/** Reads every table of the files; the draft of a service is what it says, over what `[defaults]` says. */
export function describe(files: readonly File[]): Description {
	const mistakes: Mistake[] = [];
	const hint = hintsFor(mostHints);
	const sources = files.map((file) => sourceOf(file, hint, mistakes));
	const tables = sources.flatMap(topTables);
	const daemon = only(tables, 'daemon', daemonShape(), plainDaemon);
	const defaults = only(tables, 'defaults', serviceShape(), plainDraft);
	return {
		daemon,
		defaults,
		services: named(tables, 'service', serviceShape(), defaults.draft),
		groups: named(tables, 'group', groupShape(), plainGroup),
		mistakes,
	};
}

/** More are seen by nobody. */
const mostHints = 100;

// Made when files are read, which a daemon that takes over does not.
const serviceShape = () => shapeOf(serviceKeys, missingServiceKeys);
const daemonShape = () => shapeOf(daemonKeys);
const groupShape = () => shapeOf(groupKeys);

const tops = ['include', 'daemon', 'defaults', 'service', 'group', 'access'] as const;
type Top = { readonly name: string; readonly node: Node; readonly source: Rooted };
type Rooted = Source & { readonly root: Table };

function sourceOf({ file, folder, root }: File, hint: Hint, mistakes: Mistake[]): Rooted {
	const wrong = (line: number, key: string, text: string) => void mistakes.push({ file, line, key, text });
	return { file, folder, wrong, hint, root: isTable(root.value) ? root.value : new Map() };
}

function topTables(source: Rooted): Top[] {
	const found: Top[] = [];
	for (const [name, node] of source.root) {
		if (!tops.some((top) => top === name)) {
			source.wrong(node.line, joinKey(name), `unknown key${source.hint(name, tops)}`);
		} else if (name === 'access') {
			source.wrong(
				node.line,
				name,
				'not there yet: only root and the user of the daemon may ask it for anything',
			);
		} else if (name !== 'include' && !isTable(node.value)) {
			source.wrong(node.line, name, `expected a table, got ${kindOf(node.value)}`);
		} else {
			found.push({ name, node, source });
		}
	}
	return found;
}

/** The one table of that name. */
function only<D extends object>(
	tables: readonly Top[],
	name: 'daemon' | 'defaults',
	shape: Shape<D>,
	plain: D,
): Described<D> {
	let found: Described<D> | undefined;
	for (const { node, source } of tables.filter((top) => top.name === name)) {
		if (found === undefined) {
			const read = readTable(node, name, shape, plain, source, name === 'defaults');
			found = { ...read, place: { file: source.file, line: node.line } };
		} else {
			source.wrong(node.line, name, `this is in ${formatPlace(found.place)} already`);
		}
	}
	return found ?? { draft: plain, places: new Map(), place: { file: '', line: 0 } };
}

/** The tables below that name, by their own. */
function named<D extends object>(
	tables: readonly Top[],
	kind: 'service' | 'group',
	shape: Shape<D>,
	base: D,
): Map<string, Described<D>> {
	const found = new Map<string, Described<D>>();
	for (const { node, source } of tables.filter((top) => top.name === kind)) {
		for (const [name, table] of node.value as Table) {
			const path = `${kind}.${joinKey(name)}`;
			const legal = nameField.read(name);
			const first = found.get(name);
			if (!isTable(table.value)) {
				source.wrong(table.line, path, `expected a table, got ${kindOf(table.value)}`);
			} else if (isRefusal(legal)) {
				source.wrong(table.line, path, legal.refused);
			} else if (first !== undefined) {
				source.wrong(table.line, path, `this ${kind} is in ${formatPlace(first.place)} already`);
			} else {
				const read = readTable(table, path, shape, base, source);
				found.set(name, { ...read, place: { file: source.file, line: table.line } });
			}
		}
	}
	return found;
}
