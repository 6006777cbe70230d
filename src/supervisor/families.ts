import { pushTo } from '../base/map-of-lists.ts';
import type { Entry } from './entry.ts';
import type { Process } from './processes.ts';

type Processes = ReadonlyMap<number, Process>;

/** Who belongs to whom. */
export type Families = {
	/** The entry whose tree a process is in. */
	readonly entryOf: ReadonlyMap<number, Entry>;
	readonly childrenOf: ReadonlyMap<number, readonly number[]>;
};

export type FamilyPorts = {
	readonly keeper: number;
	/** Archon's own: the daemon and archon-log. */
	readonly own: readonly number[];
	readonly markOf: (pid: number) => number;
	/** Whether a start was an earlier keeper's, so that what it left is the child of somebody else. */
	readonly hasOutlived: (start: number) => boolean;
};

/**
 * The trees of these entries: each main process, what the keeper inherited from it (told by its mark, else by session
 * or group, see tree.ts) and all that is below them.
 */
export function families(processes: Processes, entries: readonly Entry[], ports: FamilyPorts): Families {
	const childrenOf = childrenIn(processes);
	const entryOf = new Map<number, Entry>();
	for (const entry of entries) {
		const pid = entry.process?.pid ?? 0;
		if (processes.has(pid)) {
			entryOf.set(pid, entry);
		}
	}
	for (const [pid, entry] of orphansOf(processes, childrenOf, entryOf, entries, ports)) {
		entryOf.set(pid, entry);
	}
	for (const [pid, entry] of [...entryOf]) {
		claim(pid, entry, ports.keeper, childrenOf, entryOf);
	}
	return { entryOf, childrenOf };
}

/** The pids of each entry's tree, its main process first. */
export function members({ entryOf }: Pick<Families, 'entryOf'>): Map<Entry, number[]> {
	const found = new Map<Entry, number[]>();
	for (const [pid, entry] of entryOf) {
		pushTo(found, entry, pid);
	}
	return found;
}

function childrenIn(processes: Processes): Map<number, number[]> {
	const childrenOf = new Map<number, number[]>();
	for (const { pid, parent } of processes.values()) {
		pushTo(childrenOf, parent, pid);
	}
	return childrenOf;
}

/** Children of the keeper that are no main process, with whose they were. */
function* orphansOf(
	processes: Processes,
	childrenOf: Families['childrenOf'],
	mains: ReadonlyMap<number, Entry>,
	entries: readonly Entry[],
	{ keeper, own, markOf, hasOutlived }: FamilyPorts,
): Generator<[number, Entry]> {
	const byStart = new Map<number, Entry>();
	const byPid = new Map<number, Entry>();
	for (const entry of entries) {
		const root = entry.process ?? entry.tree;
		if (root !== undefined && root.start >= 0) {
			byStart.set(root.start % 2 ** 32, entry);
			byPid.set(root.pid, entry);
		}
	}
	const isAnywhere = [...byStart.values()].some((it) =>
		hasOutlived((it.process ?? it.tree)?.start ?? Infinity),
	);
	const ours = childrenOf.get(keeper) ?? [];
	for (const pid of isAnywhere ? processes.keys() : ours) {
		if (mains.has(pid) || own.includes(pid)) {
			continue;
		}
		const mark = markOf(pid);
		if (mark <= 0 && processes.get(pid)?.parent !== keeper) {
			continue;
		}
		const { session = 0, group = 0 } = processes.get(pid) ?? {};
		const entry = mark > 0 ? byStart.get(mark) : (byPid.get(session) ?? byPid.get(group));
		if (entry !== undefined) {
			yield [pid, entry];
		}
	}
}

/** Everything below, but for what is somebody else's: a main process, and archon below the shell that started it. */
function claim(
	root: number,
	entry: Entry,
	keeper: number,
	childrenOf: Families['childrenOf'],
	entryOf: Map<number, Entry>,
): void {
	const left = [...(childrenOf.get(root) ?? [])];
	for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
		if (!entryOf.has(pid) && pid !== keeper) {
			entryOf.set(pid, entry);
			left.push(...(childrenOf.get(pid) ?? []));
		}
	}
}
