import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Entry } from '../supervisor/entry.ts';
import { type Answer, ok } from './request.ts';

/** Does something to every match at once; the refusal lists what failed. */
export async function each(
	entries: readonly Entry[] | Refusal,
	act: (entry: Entry) => Promise<Refusal | undefined> | Refusal | undefined,
): Promise<Answer> {
	if (isRefusal(entries)) {
		return entries;
	}
	const refused = (await Promise.all(entries.map(act))).filter((it) => it !== undefined);
	return refused.length === 0 ? ok : refuse([...new Set(refused.map((it) => it.refused))].join('; '));
}

/** Does something to all matches together, in an order of its own; the refusal lists what failed. */
export async function together(
	entries: readonly Entry[] | Refusal,
	act: (entries: readonly Entry[]) => Promise<Refusal | undefined>,
): Promise<Answer> {
	return isRefusal(entries) ? entries : ((await act(entries)) ?? ok);
}
