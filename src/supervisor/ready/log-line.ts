import { linearPattern } from '../../base/linear.ts';
import { isRefusal } from '../../base/refusal.ts';
import type { Entry } from '../entry.ts';
import type { Told } from './ready.ts';

/** Calls with each line (latin1, no line break) that an entry has written since then or writes; returned: its end. */
export type LinesOf = (entry: Entry, since: number, line: (text: string) => void) => () => void;

/** Waits for a line of its output that matches. What is returned ends that. */
export function awaitLine(
	follow: (line: (text: string) => void) => () => void,
	pattern: string,
	{ good, told }: Told,
): (() => void) | undefined {
	const matcher = linearPattern(pattern);
	if (isRefusal(matcher)) {
		told(matcher.refused);
		return undefined;
	}
	let isOver = false;
	return follow((text) => {
		if (!isOver && matcher.test(text)) {
			isOver = true;
			good();
		}
	});
}
