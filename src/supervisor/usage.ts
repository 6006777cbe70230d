import { readFileSync } from 'node:fs';
import { pushTo } from '../base/map-of-lists.ts';
import { type Turn, turns } from '../base/pieces.ts';
import type { Entry } from './entry.ts';
import { type Families, type FamilyPorts, families } from './families.ts';
import { descriptorsOf, type Process, readProcess, readProcesses, uptime } from './processes.ts';
import type { Report } from './report.ts';

/** Clock ticks per second in /proc (sysconf(3) _SC_CLK_TCK): 100 wherever Linux runs Node. */
const ticksPerSecond = 100;

/** A shorter time has too few ticks to say anything: the answer of before stands, seconds. */
const shortest = 0.1;

/** What an entry had used when it was asked about. */
type Sample = { readonly started: number; readonly at: number; readonly ticks: number; readonly cpu: number };

/** What the tree of an entry takes up: `rss` in bytes, `cpu` in percent of a core. */
export type Used = {
	readonly entry: Entry;
	readonly processes: number;
	readonly rss: number;
	readonly cpu: number;
	readonly fds: number;
};

/** A look at so many control groups is nothing; beyond, one costs as much as six looks at a process. */
const few = 16;
const fewShare = 1 / 6;

/**
 * What the trees of processes take up. Nothing is read but when somebody asks. Whoever asks again and again has one of
 * its own: `cpu` is since that one was asked before.
 */
export class Usage {
	readonly #family: () => FamilyPorts;
	readonly #before = new WeakMap<Entry, Sample>();

	constructor(family: () => FamilyPorts) {
		this.#family = family;
	}

	/** The rows of `Usage` for these of all entries: name, processes, rss in bytes, cpu in percent of a core, fds. */
	async of(asked: readonly Entry[], all: readonly Entry[]): Promise<Report[]> {
		const found = new Map<Entry, Used>();
		await this.measure(asked, all, (used) => found.set(used.entry, used));
		return asked.map((entry) => {
			const { processes, rss, cpu, fds } = found.get(entry) ?? nothingOf(entry);
			return [entry.name, processes, rss, cpu.toFixed(1), fds];
		});
	}

	/** Tells of each of these that has processes what they take up, one after another as they are looked at. */
	async measure(asked: readonly Entry[], all: readonly Entry[], tell: (used: Used) => void): Promise<void> {
		const turn = turns();
		const isFew = asked.length <= Math.max(few, all.length * fewShare);
		const isEach = isFew && asked.every(({ process }) => process?.cgroup !== undefined);
		const trees = isEach ? undefined : await this.#allTrees(all);
		const now = uptime();
		for (const entry of asked) {
			const tree = trees === undefined ? await treeAlone(entry, turn) : (trees.get(entry) ?? []);
			const cpu = this.#cpu(entry, tree, trees === undefined ? uptime() : now);
			let fds = 0;
			for (const { pid } of tree) {
				await turn();
				fds += descriptorsOf(pid);
			}
			if (tree.length > 0) {
				const processes = tree.filter((it) => it.state !== 'Z').length;
				tell({ entry, processes, rss: sum(tree, (it) => it.pages) * pageSize(), cpu, fds });
			}
		}
	}

	async #allTrees(all: readonly Entry[]): Promise<Map<Entry, Process[]>> {
		const processes = await readProcesses();
		return treesOf(processes, families(processes, all, this.#family()));
	}

	/** Since it was asked about last, or since its main process started. */
	#cpu(entry: Entry, tree: readonly Process[], now: number): number {
		const main = tree.find((it) => it.pid === entry.process?.pid) ?? tree[0];
		if (main === undefined) {
			return 0;
		}
		const ticks = sum(tree, (it) => it.ticks);
		const { started } = main;
		const before = this.#before.get(entry);
		const since =
			before?.started === started ? before : { at: started / ticksPerSecond, ticks: 0, cpu: undefined };
		if (since.cpu !== undefined && now - since.at < shortest) {
			return since.cpu;
		}
		const seconds = Math.max(now - since.at, 1 / ticksPerSecond);
		const cpu = (Math.max(0, ticks - since.ticks) / ticksPerSecond / seconds) * 100;
		this.#before.set(entry, { started, at: now, ticks, cpu });
		return cpu;
	}
}

/** Of one that has a control group to itself. */
async function treeAlone({ process }: Entry, turn: Turn): Promise<Process[]> {
	const tree: Process[] = [];
	for (const pid of process?.cgroup?.pids() ?? []) {
		await turn();
		const one = readProcess(pid);
		if (one !== undefined) {
			tree.push(one);
		}
	}
	return tree;
}

function nothingOf(entry: Entry): Used {
	return { entry, processes: 0, rss: 0, cpu: 0, fds: 0 };
}

function treesOf(processes: ReadonlyMap<number, Process>, { entryOf }: Families): Map<Entry, Process[]> {
	const trees = new Map<Entry, Process[]>();
	for (const [pid, entry] of entryOf) {
		pushTo(trees, entry, processes.get(pid) as Process);
	}
	return trees;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
	return items.reduce((all, item) => all + of(item), 0);
}

let knownPageSize = 0;

/** Bytes of a page, as the kernel told this process when it started (AT_PAGESZ, getauxval(3)). */
function pageSize(): number {
	if (knownPageSize === 0) {
		const vector = readFileSync('/proc/self/auxv');
		const at = [...Array(vector.length / 16).keys()].find((i) => vector.readBigUInt64LE(i * 16) === 6n);
		knownPageSize = at === undefined ? 4096 : Number(vector.readBigUInt64LE(at * 16 + 8));
	}
	return knownPageSize;
}
