import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import type { Entry } from '../supervisor/entry.ts';
import type { Asked, Context } from './context.ts';
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

/** Has it written down, together with what it does in this turn, of whom a request was asked. */
export function begin(entries: readonly Entry[] | Refusal, { asked, shared }: Context): void {
	if (!isRefusal(entries) && asked !== undefined) {
		shared.begun(asked.number, { names: entries.map((entry) => entry.name), at: Date.now() });
	}
}

/**
 * The answer to one that a daemon that died had begun: waits for what becomes of those of whom it was asked. `at`: when
 * it began. Undefined where it had no effect yet.
 */
export function resumed(
	{ begun }: Asked,
	{ shared }: Context,
	act: (entries: readonly Entry[], at: number) => Promise<Answer | undefined>,
	isGoneFine = false,
): Promise<Answer> | undefined {
	if (begun === undefined) {
		return undefined;
	}
	const { table } = shared.supervisor;
	const entries = begun.names.map((name) => table.get(name)).filter((entry) => entry !== undefined);
	const gone = isGoneFine ? [] : begun.names.filter((name) => table.get(name) === undefined);
	return act(entries, begun.at).then((answer = ok) => {
		const refused = [...gone.map(goneText), ...(isRefusal(answer) ? [answer.refused] : [])];
		return refused.length === 0 ? answer : refuse(refused.join('; '));
	});
}

function goneText(name: string): string {
	return `"${name}" has ended and is gone`;
}
