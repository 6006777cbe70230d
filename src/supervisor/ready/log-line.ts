import { linearPattern } from '../../base/linear.ts';
import { isRefusal } from '../../base/refusal.ts';
import type { Entry } from '../entry.ts';
import type { Told } from './ready.ts';

/** Calls with each line (latin1, no line break) that the process of an entry has written or writes; returned: its end. */
export type LinesOf = (entry: Entry, line: (text: string) => void) => () => void;

/** Waits for a line of its output that matches. What is returned ends that. */
export function awaitLine(
	linesOf: LinesOf,
	entry: Entry,
	pattern: string,
	{ good, told }: Told,
): (() => void) | undefined {
	const matcher = linearPattern(pattern);
	if (isRefusal(matcher)) {
		told(matcher.refused);
		return undefined;
	}
	let isOver = false;
	return linesOf(entry, (text) => {
		if (!isOver && matcher.test(text)) {
			isOver = true;
			good();
		}
	});
}
