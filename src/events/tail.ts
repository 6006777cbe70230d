import { parseLine } from './line.ts';
import { chunkBytes, type Segment } from './segment.ts';

/**
 * Cuts what stands behind the last whole record of a segment: a crash tears the last one, a power loss may leave
 * worse. Returns the number of that record, or undefined when there is none in the whole segment. Throws what the
 * system says.
 */
export function cutTail(segment: Segment): number | undefined {
	let end = segment.size;
	let tail = '';
	let from = end;
	for (;;) {
		const stop = tail.lastIndexOf('\n') + 1;
		const start = stop > 1 ? tail.lastIndexOf('\n', stop - 2) + 1 : 0;
		if (stop > 0 && (start > 0 || from === 0)) {
			const last = parseLine(tail.slice(start, stop - 1));
			if (last !== undefined) {
				end = from + stop;
				if (end < segment.size) {
					segment.truncate(end);
				}
				return last.seq;
			}
			tail = tail.slice(0, start);
		} else if (from === 0) {
			return undefined;
		} else {
			const length = Math.min(chunkBytes, from);
			from -= length;
			tail = segment.read(from, length) + tail;
		}
	}
}
