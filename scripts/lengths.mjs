/** How many lines a source or test has at most. */
export const mostLines = 250;

/**
 * What is wrong with these lengths, a sentence each. `lengths`: the lines of each file by its path; `listed`: those
 * that were longer when the rule came, each with the lines that it may have until it is split.
 */
export function wrongLengths(lengths, listed) {
	const tooLong = [...lengths].filter(([path, lines]) => lines > (listed[path] ?? mostLines));
	const settled = Object.keys(listed).filter((path) => !(lengths.get(path) > mostLines));
	return [
		...tooLong.map(([path, lines]) => longText(path, lines, listed[path])),
		...settled.map(settledText),
	];

	function settledText(path) {
		const now = lengths.has(path) ? `has ${lengths.get(path)} lines` : 'is gone';
		return `${path} ${now}: take it off the list in scripts/check-lengths.mjs`;
	}
}

function longText(path, lines, may) {
	return may === undefined
		? `${path} has ${lines} lines, ${mostLines} are the most: split it by idea`
		: `${path} has ${lines} lines, the list in scripts/check-lengths.mjs leaves it ${may}: it may only shrink`;
}
