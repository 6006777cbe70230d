import type { Ledger } from '../keeper/ledger.ts';
import { type AloneRun, notBegun } from '../policy/begun-runs.ts';
import { type Known, knownFrom, knownOf } from '../rules/diary-page.ts';
import type { Story } from '../supervisor/book/book.ts';

/** What the daemon before knew of the rules: what it had begun to carry out is in the ledger. */
export function rulesKnown({ rules }: Story, ledger: Ledger, newest: number): Known {
	const known = knownOf(rules) ?? knownFrom(newest);
	const { at = newest, owed } = known.reached;
	return { ...known, reached: { ...known.reached, at, owed: notBegun(owed, aloneRuns(ledger)) } };
}

function aloneRuns(ledger: Ledger): AloneRun[] {
	return [...ledger.used()]
		.filter((slot) => ledger.kind(slot) === 'run' && ledger.conn(slot) < 0 && ledger.pid(slot) !== 0)
		.map((slot) => ({ name: ledger.name(slot), start: ledger.start(slot) }));
}
