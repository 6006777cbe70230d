/** Pauses between tries, milliseconds: each twice the one before, up to the last. */
const pauses = { first: 10, most: 500 } as const;

/**
 * Tries until it is good, with growing pauses. `attempt` resolves with why it is not, or with undefined; `told` hears of
 * each reason, `good` is called once. What is returned gives up: then neither is called any more.
 */
export function retry(
	attempt: (signal: AbortSignal) => Promise<string | undefined>,
	{ told, good }: { readonly told: (why: string) => void; readonly good: () => void },
): () => void {
	const stop = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const go = async (pause: number) => {
		const why = await attempt(stop.signal);
		if (stop.signal.aborted) {
			return;
		}
		if (why === undefined) {
			good();
			return;
		}
		told(why);
		timer = setTimeout(() => void go(Math.min(2 * pause, pauses.most)), pause);
	};
	void go(pauses.first);
	return () => {
		stop.abort();
		clearTimeout(timer);
	};
}
