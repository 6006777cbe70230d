/** The order of texts in which the numbers that stand in them count as such: `a:9` before `a:10`. */
export function natural(one: string, other: string): number {
	const [ours, theirs] = [pieces(one), pieces(other)];
	for (const [at, piece] of ours.entries()) {
		const its = theirs[at];
		if (its === undefined) {
			return 1;
		}
		// Every other piece is a number.
		const order = at % 2 === 1 ? byNumber(piece, its) : piece < its ? -1 : piece > its ? 1 : 0;
		if (order !== 0) {
			return order;
		}
	}
	return ours.length - theirs.length;
}

function pieces(text: string): string[] {
	return text.split(/([0-9]+)/);
}

/** However long they are; of `007` and `7` the shorter comes first. */
function byNumber(one: string, other: string): number {
	const [ours, theirs] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
	return ours.length - theirs.length || (ours < theirs ? -1 : ours > theirs ? 1 : one.length - other.length);
}
