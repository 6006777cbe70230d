import type { Entry } from './entry.ts';
import type { FamilyPorts } from './families.ts';
import { readProcess } from './processes.ts';

/** Nobody nests processes that deep on purpose. */
const deepest = 64;

/**
 * The entry in whose tree one process is: told by its mark, which all that a start left behind carries, else by descent
 * from a main process; undefined for a stranger and for what is gone. It reads of that process and those above it alone.
 */
export function whose(pid: number, entries: readonly Entry[], ports: FamilyPorts): Entry | undefined {
	let at = pid;
	for (let depth = 0; depth < deepest && at > 1 && at !== ports.keeper; depth++) {
		const main = entries.find(({ process }) => process?.pid === at) ?? marked(at, entries, ports);
		if (main !== undefined) {
			return main;
		}
		at = readProcess(at)?.parent ?? 0;
	}
	return undefined;
}

function marked(pid: number, entries: readonly Entry[], { markOf }: FamilyPorts): Entry | undefined {
	const mark = markOf(pid);
	return mark > 0
		? entries.find(({ process, tree }) => {
				const { start = -1 } = process ?? tree ?? {};
				return start >= 0 && start % 2 ** 32 === mark;
			})
		: undefined;
}
