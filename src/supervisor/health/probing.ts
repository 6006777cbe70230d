import { steady } from '../../base/steady.ts';

export type ProbingPorts = {
	/** Tries the check once: why it is not good, or undefined. It ends by the signal, or by its own timeout. */
	readonly attempt: (signal: AbortSignal) => Promise<string | undefined>;
	/** It failed as often in a row as it may; called again with each further one. */
	readonly failed: (why: string) => void;
	readonly good: () => void;
	/** So many have failed in a row now, at most as many as may. */
	readonly counted?: ((inRow: number) => void) | undefined;
	/** So many have failed in a row so far. */
	readonly inRow?: number | undefined;
	/** A number in [0, 1): when in its interval the first one begins, so that those of many services do not meet. */
	readonly chance: number;
};

/**
 * Tries a check every so many milliseconds, never two at a time. What is returned ends it, the one under way
 * included.
 */
export function probing(
	every: number,
	failures: number,
	{ attempt, failed, good, chance, counted, inRow: before = 0 }: ProbingPorts,
): () => void {
	const stop = new AbortController();
	let inRow = before;
	let timer: NodeJS.Timeout;
	const go = async () => {
		const begun = steady();
		const why = await attempt(stop.signal);
		if (stop.signal.aborted) {
			return;
		}
		timer = setTimeout(() => void go(), Math.max(0, begun + every - steady()));
		const now = why === undefined ? 0 : Math.min(inRow + 1, failures);
		if (now !== inRow) {
			inRow = now;
			counted?.(now);
		}
		if (why === undefined) {
			good();
		} else if (inRow >= failures) {
			failed(why);
		}
	};
	timer = setTimeout(() => void go(), every * chance);
	return () => {
		stop.abort();
		clearTimeout(timer);
	};
}
