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
		const members = membersOf(processes, families(processes, all, this.#family()));
		const rows: Report[] = [];
		for (const entry of asked) {
			const tree = members.get(entry) ?? [];
			let fds = 0;
			await inPieces(tree, ({ pid }) => {
				fds += descriptorsOf(pid);
			});
			const pages = tree.reduce((sum, it) => sum + it.pages, 0);
			const alive = tree.filter((it) => it.state !== 'Z').length;
			rows.push([entry.name, alive, pages * pageSize(), this.#cpu(entry, tree, now).toFixed(1), fds]);
		}
		return rows;
	}

	/** Since it was asked about last, or since its main process started. */
	#cpu(entry: Entry, tree: readonly Process[], now: number): number {
		const main = tree.find((it) => it.pid === entry.process?.pid) ?? tree[0];
		if (main === undefined) {
			return 0;
		}
		const ticks = tree.reduce((sum, it) => sum + it.ticks, 0);
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

function membersOf(processes: ReadonlyMap<number, Process>, { entryOf }: Families): Map<Entry, Process[]> {
	const members = new Map<Entry, Process[]>();
	for (const [pid, entry] of entryOf) {
		const process = processes.get(pid) as Process;
		const tree = members.get(entry);
		if (tree === undefined) {
			members.set(entry, [process]);
		} else {
			tree.push(process);
		}
	}
	return members;
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
