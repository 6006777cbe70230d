import { expect, onTestFinished, test } from 'vitest';
import { eventRecord } from '../../src/events/event.ts';
import { seqAt } from '../../src/events/line.ts';
import { readRing } from '../../src/events/merge.ts';
import { Ring } from '../../src/events/ring.ts';
import { type Place, seekSeq, seekTime } from '../../src/events/seek.ts';
import { scratch } from './scratch.ts';

/** Every third number, at 1000 times its number; 8 segments of 256 KiB. */
function ringOfThirds(last: number, length = 300): Ring {
	const ring = new Ring(scratch(), 1 << 21);
	onTestFinished(() => ring.close());
	for (let seq = 3; seq <= last; seq += 3) {
		const fields = [`x=${'x'.repeat(length)}`];
		ring.append([{ seq, record: eventRecord({ seq, time: seq * 1000, type: 'timer', name: '-', fields }) }]);
	}
	return ring;
}

/** The numbers of the place's own line and of the last one within a chunk from it. */
function reach(place: Place | undefined): [number, number] {
	const lines = place?.segment.lines(place.offset).split('\n').slice(0, -1) ?? [];
	return [seqAt(lines[0] ?? '', 0), seqAt(lines.at(-1) ?? '', 0)];
}

test('Any number is found within a chunk and a line before it, and never behind it.', () => {
	const ring = ringOfThirds(9000);
	expect(ring.segments.length).toBeGreaterThan(3);
	for (let after = 2; after < 8999; after++) {
		const [first, last] = reach(seekSeq(ring, after));
		expect(first).toBeLessThanOrEqual(3 * Math.floor(after / 3 + 1));
		expect(last).toBeGreaterThanOrEqual(3 * Math.floor(after / 3) - 3);
	}
});

test('Any time is found within a chunk and a line before it, and never behind it.', () => {
	const ring = ringOfThirds(9000);
	for (let seq = 6; seq <= 9000; seq += 3) {
		const [first, last] = reach(seekTime(ring, seq * 1000));
		expect(first).toBeLessThan(seq);
		expect(last).toBeGreaterThanOrEqual(seq - 6);
	}
});

test('Lines longer than a probe are found in their segment.', () => {
	const ring = ringOfThirds(300, 9000);
	for (let seq = 6; seq <= 300; seq += 3) {
		const { first } = ring.segments.findLast((segment) => segment.first < seq) ?? {};
		expect(seekSeq(ring, seq - 2)?.segment.first).toBe(first);
		expect(seekTime(ring, seq * 1000)?.segment.first).toBe(first);
	}
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
