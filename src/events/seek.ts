import { parseLine, seqAt } from './line.ts';
import type { Ring } from './ring.ts';
import { chunkBytes, type Segment } from './segment.ts';

const probeBytes = 4096;

/** A place in a ring: the start of a line. */
export type Place = { readonly segment: Segment; readonly offset: number };

/** A place not behind the first event after `after`, and at most about a chunk before it; undefined: nothing there. */
export function seekSeq(ring: Ring, after: number): Place | undefined {
	const segment = ring.segments.findLast(({ first }) => first <= after + 1) ?? ring.segments[0];
	return segment && { segment, offset: bisect(segment, (line) => seqAt(line, 0) <= after) };
}

/** The same for the first event whose time is `time` or later, as far as the clock never went back. */
export function seekTime(ring: Ring, time: number): Place | undefined {
	const earlier = (line: string) => (parseLine(line)?.time ?? Number.POSITIVE_INFINITY) < time;
	const segment = ring.segments.findLast((one) => earlier(firstLine(one))) ?? ring.segments[0];
	return segment && { segment, offset: bisect(segment, earlier) };
}

/** A damaged line counts as not before, so that the place is too early rather than too late. */
function bisect(segment: Segment, before: (line: string) => boolean): number {
	let low = 0;
	let high = segment.size;
	while (high - low > chunkBytes) {
		const middle = Math.floor((low + high) / 2);
		const text = segment.read(middle, probeBytes);
		const start = text.indexOf('\n') + 1;
		const end = text.indexOf('\n', start);
		if (start > 0 && end > 0 && before(text.slice(start, end))) {
			low = middle + start;
		} else {
			high = middle;
		}
	}
	return low;
}

function firstLine(segment: Segment): string {
	const text = segment.read(0, probeBytes);
	const end = text.indexOf('\n');
	return end >= 0 ? text.slice(0, end) : (segment.lines(0).split('\n', 1)[0] ?? '');
}
