import { isGlob } from '../base/glob.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import { lastCell, reasonOf } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Table } from './table.ts';

/** What `Status` shows of a process, in the order of its columns. */
export type Report = readonly (string | number)[];

/** The processes a name or glob matches, by name; a name that nothing has is refused. */
export function report(table: Table, pattern: string): Report[] | Refusal {
	const found = table.seen(pattern);
	const named = found.length > 0 || isGlob(pattern) ? undefined : table.named(pattern);
	return isRefusal(named) ? named : found.map(rowOf);
}

function rowOf(entry: Entry): Report {
	const { process, life } = entry;
	return [
		entry.name,
		entry.kind,
		life.state.tag,
		process === undefined || process.pid <= 0 ? '-' : process.pid,
		process === undefined ? '-' : Math.max(0, Math.floor((Date.now() - process.since) / 1000)),
		life.history.restarts,
		lastCell(entry.last),
		reasonOf(entry),
	];
}
