import type { Event, Gap } from './event.ts';
import { parseLine, seqAt } from './line.ts';
import type { Ring } from './ring.ts';
import { type Place, seekSeq } from './seek.ts';

/**
 * The events of several rings with `after` < seq <= `last` in the order of their numbers, and a Gap wherever no ring
 * has a number. Reads as it is asked, a chunk of each ring at a time; may be left at any point without closing.
 */
export function* mergeRings(
	rings: readonly Ring[],
	after: number,
	last: number,
): Generator<Event | Gap, void> {
	const sources = rings.map((ring) => readRing(ring, after, seekSeq(ring, after)));
	const heads = sources.map((source) => source.next().value);
	let next = after + 1;
	while (next <= last) {
		let lowest = -1;
		let event: Event | undefined;
		for (let i = 0; i < heads.length; i++) {
			const head = heads[i];
			if (head && head.seq <= last && (event === undefined || head.seq < event.seq)) {
				lowest = i;
				event = head;
			}
		}
		if (event === undefined) {
			yield { first: next, last };
			return;
		}
		if (event.seq > next) {
			yield { first: next, last: event.seq - 1 };
		}
		yield event;
		next = event.seq + 1;
		heads[lowest] = sources[lowest]?.next().value ?? undefined;
	}
}

/** The events of one ring after a number, from a place that is not behind them. Damaged lines are passed over. */
export function* readRing(ring: Ring, after: number, place: Place | undefined): Generator<Event, undefined> {
	let last = after;
	let segment = place?.segment;
	let offset = place?.offset ?? 0;
	while (segment !== undefined) {
		const text = segment.lines(offset);
		offset += text.length;
		let end = 0;
		for (let at = 0; at < text.length; at = end + 1) {
			end = text.indexOf('\n', at);
			const event = seqAt(text, at) > last ? parseLine(text.slice(at, end)) : undefined;
			if (event !== undefined) {
				last = event.seq;
				yield event;
			}
		}
		if (text === '') {
			const { first } = segment;
			segment = ring.segments.find((one) => one.first > first);
			offset = 0;
		}
	}
	return undefined;
}
