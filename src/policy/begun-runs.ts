import { nameFromProgram } from '../base/name.ts';
import type { Owed } from '../rules/diary-page.ts';

/** A run that no client waits for, as the ledger has it. */
export type AloneRun = { readonly name: string; readonly start: number };

/**
 * What is still to be carried out, of which the programs that a daemon that died had begun are not: they are in the
 * ledger, because their ends were not told. They were begun in the order in which they were asked for, and one that
 * could not be had was left out, so that each is the first that it can be.
 */
export function notBegun(owed: readonly Owed[], runs: readonly AloneRun[]): readonly Owed[] {
	const begun = new Set<Owed>();
	let from = 0;
	for (const run of runs.toSorted((one, other) => one.start - other.start)) {
		const at = owed.findIndex((it, i) => i >= from && it.start < run.start && isNamed(it, run.name));
		const found = owed[at];
		if (found !== undefined) {
			begun.add(found);
			from = at + 1;
		}
	}
	return owed.filter((it) => !begun.has(it));
}

function isNamed({ action }: Owed, name: string): boolean {
	if (action.do !== 'run') {
		return false;
	}
	if (action.as !== undefined) {
		return action.as === name;
	}
	const base = nameFromProgram(action.args[0] ?? '');
	return name === base || (name.startsWith(`${base}-`) && /^\d+$/.test(name.slice(base.length + 1)));
}
