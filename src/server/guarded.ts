import { type Refusal, refuse } from '../base/refusal.ts';

type OnFault = (fault: unknown) => void;

/** What a handler does, whenever it does it: a mistake in there is told and becomes a refusal. */
export function guarded<T>(act: () => T, onFault: OnFault): T | Refusal {
	try {
		return act();
	} catch (fault) {
		return mistake(fault, onFault);
	}
}

/** What the one who asked hears of a mistake of archon's own. */
export function mistake(fault: unknown, onFault: OnFault): Refusal {
	onFault(fault);
	return refuse(`archon made a mistake: ${fault instanceof Error ? fault.message : String(fault)}`);
}
