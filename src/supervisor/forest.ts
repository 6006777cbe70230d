import { inPieces } from '../base/pieces.ts';
import type { Entry } from './entry.ts';
import { type FamilyPorts, families } from './families.ts';
import { commandOf, readProcesses } from './processes.ts';
import type { Report } from './report.ts';

/** Processes below one another that are shown; nobody nests services that deep on purpose. */
const deepest = 64;

const kernelStates: Record<string, string> = {
	R: 'running',
	S: 'sleeping',
	D: 'disk-sleep',
	T: 'stopped',
	t: 'traced',
	Z: 'zombie',
	X: 'dead',
	I: 'idle',
};

/**
 * The rows of `Tree`: everything under the keeper, then the foreign processes that are elsewhere, each before what is
 * below it: depth, pid, ppid, name, state, command. The state is the entry's for a main process, else the kernel's.
 */
export async function forest(entries: readonly Entry[], ports: FamilyPorts): Promise<Report[]> {
	const processes = await readProcesses();
	const { entryOf, childrenOf } = families(processes, entries, ports);
	const places: { pid: number; depth: number }[] = [];
	const seen = new Set<number>();
	const visit = (pid: number, depth: number) => {
		if (seen.has(pid) || depth >= deepest || !processes.has(pid)) {
			return;
		}
		seen.add(pid);
		places.push({ pid, depth });
		for (const child of childrenOf.get(pid) ?? []) {
			visit(child, depth + 1);
		}
	};
	visit(ports.keeper, 0);
	for (const entry of entries) {
		if (entry.kind === 'foreign') {
			visit(entry.process?.pid ?? 0, 0);
		}
	}
	const rows: Report[] = [];
	await inPieces(places, ({ pid, depth }) => {
		const entry = entryOf.get(pid);
		const { parent = 0, state = '' } = processes.get(pid) ?? {};
		const isMain = entry?.process?.pid === pid;
		const word = isMain ? entry.life.state.tag : (kernelStates[state] ?? state);
		rows.push([depth, pid, parent, entry?.name ?? '-', word, commandOf(pid)]);
	});
	return rows;
}
