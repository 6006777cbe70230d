/** Beyond it nobody meant one of ours. */
const longest = 64;

/**
 * The candidate a text was probably meant to be: the one with the fewest letters added, left out, changed or swapped,
 * if these are at most a third of it; undefined if there is none.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
	let best: string | undefined;
	let least = Math.max(1, Math.floor(text.length / 3)) + 1;
	for (const candidate of text.length > longest ? [] : candidates) {
		const distance = Math.abs(candidate.length - text.length) < least ? distanceOf(text, candidate) : least;
		if (distance < least) {
			best = candidate;
			least = distance;
		}
	}
	return best;
}

/** `, did you mean "restart"?` or nothing. */
export type Hint = (text: string, candidates: Iterable<string>) => string;

/** Gives hints for the first `most` texts: a file may have a hundred thousand wrong keys. */
export function hintsFor(most: number): Hint {
	let left = most;
	return (text, candidates) => {
		const found = left-- > 0 ? nearest(text, candidates) : undefined;
		return found === undefined ? '' : `, did you mean "${found}"?`;
	};
}

/** Row by row; the row before the last one is for letters that were swapped. */
function distanceOf(one: string, other: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (let i = 1; i <= one.length; i++) {
		const row = [i];
		for (let j = 1; j <= other.length; j++) {
			const change = one[i - 1] === other[j - 1] ? 0 : 1;
			const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
			row[j] = Math.min(
				(last[j] ?? 0) + 1,
				(row[j - 1] ?? 0) + 1,
				(last[j - 1] ?? 0) + change,
				isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
			);
		}
		beforeLast = last;
		last = row;
	}
	return last[other.length] ?? 0;
}
