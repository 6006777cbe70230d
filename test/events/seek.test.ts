import { expect, onTestFinished, test } from 'vitest';
import { eventRecord } from '../../src/events/event.ts';
import { readRing } from '../../src/events/merge.ts';
import { Ring } from '../../src/events/ring.ts';
import { type Place, seekSeq, seekTime } from '../../src/events/seek.ts';
import { chunkBytes } from '../../src/events/segment.ts';
import { scratch } from './scratch.ts';

/** Every third number, at 1000 times its number; 8 segments of 256 KiB. */
function ringOfThirds(last: number, length = 300): Ring {
	const ring = new Ring(scratch(), 1 << 21);
	onTestFinished(() => ring.close());
	for (let seq = 3; seq <= last; seq += 3) {
		const fields = [`x=${'x'.repeat(length)}`];
		ring.append(seq, eventRecord({ seq, time: seq * 1000, type: 'timer', name: '-', fields }));
	}
	return ring;
}

/** How many bytes lie between the place and the event that is looked for. */
function distance(place: Place, seq: number): number {
	return place.segment.lines(place.offset).indexOf(`Event,${seq},`);
}

test('A number is found within a chunk before it, wherever in the ring it is.', () => {
	const ring = ringOfThirds(9000);
	for (let after = 2; after < 8999; after += 97) {
		const place = seekSeq(ring, after);
		const [first] = readRing(ring, after, place);
		expect(first?.seq).toBe(3 * Math.floor(after / 3 + 1));
		if (place && place.segment.first <= after) {
			expect(distance(place, 3 * Math.floor(after / 3))).toBeLessThan(chunkBytes);
		}
	}
});

test('A time is found within a chunk before it, wherever in the ring it is.', () => {
	const ring = ringOfThirds(9000);
	for (let seq = 6; seq <= 9000; seq += 111) {
		const place = seekTime(ring, seq * 1000);
		expect(place && distance(place, seq - 3)).toBeGreaterThanOrEqual(0);
	}
});

test('Lines longer than a probe are found as well.', () => {
	const ring = ringOfThirds(300, 9000);
	for (let after = 2; after < 300; after += 3) {
		const [first] = readRing(ring, after, seekSeq(ring, after));
		expect(first?.seq).toBe(after + 1);
	}
	expect([...readRing(ring, 0, seekTime(ring, 150_000))].map(({ seq }) => seq)).toContain(150);
});

test('What is older than the ring is at its beginning, what is newer behind its last event.', () => {
	const ring = ringOfThirds(300);
	expect(seekSeq(ring, 0)).toMatchObject({ offset: 0, segment: { first: 3 } });
	expect(seekTime(ring, 0)).toMatchObject({ offset: 0, segment: { first: 3 } });
	expect([...readRing(ring, 300, seekSeq(ring, 300))]).toEqual([]);
});

test('An empty ring has no place.', () => {
	const ring = ringOfThirds(0);
	expect([seekSeq(ring, 0), seekTime(ring, 0)]).toEqual([undefined, undefined]);
});
