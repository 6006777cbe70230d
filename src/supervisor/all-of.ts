import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Entry } from './entry.ts';

/** Hears of each that was not brought where it was to be, as soon as that is known. */
export type Refused = (entry: Entry, why: Refusal) => void;

/** Resolves when each of these is judged: the refusal lists those that were refused, `tell` hears of each. */
export async function allOf(
	entries: readonly Entry[],
	judged: (entry: Entry) => Promise<'done' | Refusal>,
	tell?: Refused,
): Promise<Refusal | undefined> {
	const verdicts = await Promise.all(
		entries.map(async (entry) => {
			const verdict = await judged(entry);
			if (isRefusal(verdict)) {
				tell?.(entry, verdict);
			}
			return verdict;
		}),
	);
	const refused = verdicts.filter(isRefusal);
	return refused.length === 0 ? undefined : refuse(refused.map((it) => it.refused).join('; '));
}
