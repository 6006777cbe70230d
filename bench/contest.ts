import { judge, type Row, type Target } from './figure.ts';

/** One way of doing the same thing. */
export type Contestant = {
	readonly name: string;
	/** Does it once more and says how each operation went, in the unit of the contest. */
	readonly round: () => Promise<readonly number[]>;
	readonly target?: Target;
};

/**
 * Lets all take turns, each round beginning with another one, after a round that does not count; and
 * compares the median of all samples with that of the contestant called `floor`. The machine's mood
 * changes from second to second, so only what took turns may be compared.
 */
export async function contest(
	unit: string,
	rounds: number,
	floor: string,
	contestants: readonly Contestant[],
): Promise<readonly Row[]> {
	const taken = new Map(contestants.map(({ name }) => [name, [] as number[][]]));
	for (let round = -1; round < rounds; round++) {
		for (const { name, round: play } of turned(contestants, Math.max(round, 0))) {
			const samples = await play();
			if (round >= 0) {
				taken.get(name)?.push([...samples]);
			}
		}
	}
	const base = taken.get(floor) ?? [];
	return contestants.map(({ name, target }) => compare(name, unit, taken.get(name) ?? [], base, target));
}

/** A row of samples by round, against those of the floor. */
export function compare(
	name: string,
	unit: string,
	own: readonly (readonly number[])[],
	base: readonly (readonly number[])[],
	target?: Target,
): Row {
	const all = summary(own.flat());
	const ratio = all.median / summary(base.flat()).median;
	const each = own.map((samples, round) => summary(samples).median / summary(base[round] ?? []).median);
	const { min, max } = summary(each);
	const compared = { contestant: name, unit, ...all, ratio, spread: [min, max] as const };
	return target ? { ...compared, target, verdict: judge(ratio, target) } : compared;
}

/** A row without a floor: what was seen, against a target in the same unit. */
export function observe(contestant: string, unit: string, samples: readonly number[], target?: Target): Row {
	const row = { contestant, unit, ...summary(samples) };
	return target ? { ...row, target, verdict: judge(row.median, target) } : row;
}

function turned<T>(list: readonly T[], by: number): readonly T[] {
	const cut = by % list.length;
	return [...list.slice(cut), ...list.slice(0, cut)];
}

type Summary = Pick<Row, 'min' | 'median' | 'p99' | 'max'>;

function summary(samples: readonly number[]): Summary {
	const sorted = Float64Array.from(samples).sort();
	if (sorted.length === 0) {
		throw new Error('a contestant returned no samples');
	}
	const at = (index: number) => sorted[index] ?? Number.NaN;
	const half = sorted.length >> 1;
	const median = sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
	const p99 = at(Math.ceil(0.99 * sorted.length) - 1);
	return { min: at(0), median, p99, max: at(sorted.length - 1) };
}
