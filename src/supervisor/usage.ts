import { readFileSync } from 'node:fs';
import type { Entry } from './entry.ts';
import { type Families, type FamilyPorts, families } from './families.ts';
import { descriptorsOf, inPieces, type Process, readProcesses, uptime } from './processes.ts';
import type { Report } from './report.ts';

/** Clock ticks per second in /proc (sysconf(3) _SC_CLK_TCK): 100 wherever Linux runs Node. */
const ticksPerSecond = 100;

/** A shorter time has too few ticks to say anything: the answer of before stands, seconds. */
const shortest = 0.1;

/** What an entry had used when it was asked about. */
type Sample = { readonly started: number; readonly at: number; readonly ticks: number; readonly cpu: number };

/** What the trees of processes take up. Nothing is read but when somebody asks. */
export class Usage {
	readonly #family: () => FamilyPorts;
	readonly #before = new WeakMap<Entry, Sample>();

	constructor(family: () => FamilyPorts) {
		this.#family = family;
	}

	/** The rows of `Usage` for these of all entries: name, processes, rss in bytes, cpu in percent of a core, fds. */
	async of(asked: readonly Entry[], all: readonly Entry[]): Promise<Report[]> {
		const processes = await readProcesses();
		const now = uptime();
		const trees = treesOf(processes, families(processes, all, this.#family()));
		const wanted = asked.flatMap((entry) => trees.get(entry) ?? []);
		const fds = new Map<number, number>();
		await inPieces(wanted, ({ pid }) => fds.set(pid, descriptorsOf(pid)));
		return asked.map((entry) => {
			const tree = trees.get(entry) ?? [];
			return [
				entry.name,
				tree.filter((it) => it.state !== 'Z').length,
				sum(tree, (it) => it.pages) * pageSize(),
				this.#cpu(entry, tree, now).toFixed(1),
				sum(tree, (it) => fds.get(it.pid) ?? 0),
			];
		});
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

function treesOf(processes: ReadonlyMap<number, Process>, { entryOf }: Families): Map<Entry, Process[]> {
	const trees = new Map<Entry, Process[]>();
	for (const [pid, entry] of entryOf) {
		const process = processes.get(pid) as Process;
		const tree = trees.get(entry);
		if (tree === undefined) {
			trees.set(entry, [process]);
		} else {
			tree.push(process);
		}
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
