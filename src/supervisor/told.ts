import { isGap } from '../events/event.ts';
import type { Journal } from '../events/journal.ts';

/**
 * The starts whose end is in the journal already: a daemon may die after it told an end and before it gave the place in
 * the ledger back. No event of a start has a number under that of the start, so only those from `first` on are read.
 */
export function endsTold(journal: Pick<Journal, 'read'>, first: number): ReadonlySet<number> {
	const told = new Set<number>();
	for (const event of journal.read(Math.max(0, first - 1))) {
		if (!isGap(event) && (event.type === 'process.exited' || event.type === 'process.failed')) {
			const start = event.fields.find((field) => field.startsWith('start='));
			if (start !== undefined) {
				told.add(Number(start.slice('start='.length)));
			}
		}
	}
	return told;
}
