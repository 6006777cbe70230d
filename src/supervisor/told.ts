import { isGap } from '../events/event.ts';
import type { Journal } from '../events/journal.ts';

/** Starts of which the journal says that they have begun, and that they have ended. */
export type ToldStarts = {
	readonly started: ReadonlySet<number>;
	readonly ended: ReadonlySet<number>;
	/** The newest event that the journal has lost: of starts made before that it cannot say that they were not told. */
	readonly lost: number;
};

/**
 * What the journal has of starts already: a daemon may die after it told an end and before it gave the place in the ledger
 * back. `after`: no event of any of these starts has that number or a lower one.
 */
export function startsTold(journal: Pick<Journal, 'read'>, after: number): ToldStarts {
	const [started, ended] = [new Set<number>(), new Set<number>()];
	let lost = 0;
	for (const event of journal.read(after)) {
		if (isGap(event)) {
			lost = event.last;
		} else if (event.type.startsWith('process.')) {
			const start = event.fields.find((field) => field.startsWith('start='));
			const number = Number(start?.slice('start='.length));
			if (event.type === 'process.started') {
				started.add(number);
			} else if (event.type === 'process.exited' || event.type === 'process.failed') {
				ended.add(number);
			}
		}
	}
	return { started, ended, lost };
}
