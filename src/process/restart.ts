import type { End, Failure, History, Spec } from './state.ts';

/** What the restart policy says after an end. `now` and `backoff` carry the history the next start goes on with. */
export type Verdict =
	| { readonly tag: 'exited' }
	| { readonly tag: 'failed'; readonly why: Failure; readonly retry: number; readonly history: History }
	| { readonly tag: 'now'; readonly history: History }
	| { readonly tag: 'backoff'; readonly delay: number; readonly history: History };

/** An end as the policy sees it: `ran` is how long the process had been running, milliseconds; 0 for a failed start. */
export type Ended = {
	readonly failure: Failure;
	readonly ran: number;
	readonly at: number;
	readonly chance: number;
};

/**
 * What follows an end: nothing when the policy does not want another start; a start at once after a run longer than
 * `backoff.reset`; else one after from × factor^(n-1) ± jitter, never over `to`; and giving up with the end that
 * reaches `limit.failures` within `limit.within`.
 */
export function afterEnd(ended: Ended, history: History, spec: Spec): Verdict {
	const clean = spec.kind === 'foreign' || isGood(ended.failure, spec);
	if (!isWanted(clean, spec)) {
		return clean ? { tag: 'exited' } : { tag: 'failed', why: ended.failure, retry: 0, history };
	}
	const ends = [...history.ends.filter((at) => counts(at, ended.at, spec.limit.within)), ended.at];
	if (ends.length >= spec.limit.failures) {
		const why = { tag: 'limit', failures: ends.length, within: spec.limit.within } as const;
		return { tag: 'failed', why, retry: spec.limit.retry, history: { ...history, row: 0, ends: [] } };
	}
	if (ended.ran > spec.backoff.reset) {
		return { tag: 'now', history: { ...history, row: 0, ends } };
	}
	const row = history.row + 1;
	return { tag: 'backoff', delay: delayOf(row, ended.chance, spec), history: { ...history, row, ends } };
}

/**
 * Whether what happened `then` still counts `at` a later time. By the wall clock: what lies ahead because that was set
 * back must not count until it is reached again.
 */
export function counts(then: number, at: number, within: number): boolean {
	return Math.abs(at - then) < within;
}

/** Whether an end counts as good: exit 0, and what `success` adds. */
export function isGoodEnd(end: End, spec: Spec): boolean {
	switch (end.tag) {
		case 'exit':
			return end.code === 0 || spec.success.codes.includes(end.code);
		case 'signal':
			return spec.success.signals.includes(end.signal);
		case 'unknown':
			return false;
	}
}

function isGood(failure: Failure, spec: Spec): boolean {
	return failure.tag === 'ended' && isGoodEnd(failure.end, spec);
}

function isWanted(clean: boolean, spec: Spec): boolean {
	return spec.restart === 'always' || (spec.restart === 'on-failure' && !clean);
}

function delayOf(row: number, chance: number, spec: Spec): number {
	const { from, factor, to, jitter } = spec.backoff;
	const plain = Math.min(from * factor ** (row - 1), to);
	return Math.round(Math.min(plain * (1 + jitter * (2 * chance - 1)), to));
}
