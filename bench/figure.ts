/** What a target says of the ratio of the medians, or of the value itself where there is no floor. */
export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** One line of a figure's table; `unit` says what min, median, p99 and max are. */
export type Row = {
	readonly contestant: string;
	readonly unit: string;
	readonly min: number;
	readonly median: number;
	readonly p99: number;
	readonly max: number;
	/** Median over the floor's median; absent where there is no floor. */
	readonly ratio?: number;
	/** Smallest and largest ratio of one round's medians: how far the ratio is to be trusted. */
	readonly spread?: readonly [number, number];
	readonly target?: Target;
	readonly verdict?: 'ok' | 'missed';
};

/** How much of everything: full, or enough to see that it works. */
export type Effort = { readonly rounds: number; readonly scale: number };

/** One table of the results. */
export type Figure = {
	/** What the command line calls it. */
	readonly name: string;
	readonly title: string;
	/** What the reader must know to read the rows. */
	readonly about: string;
	/** What was tried, for as long as a target is missed. */
	readonly tried?: string;
	readonly measure: (effort: Effort) => Promise<readonly Row[]>;
};

/** Whether `value` is as asked. */
export function judge(value: number, target: Target): 'ok' | 'missed' {
	const fine = 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
	return fine ? 'ok' : 'missed';
}
