import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { eventRecord } from '../../src/events/event.ts';
import { Ring } from '../../src/events/ring.ts';
import { bytesBelow, numbers, scratch } from './scratch.ts';

function ringIn(directory: string, share: number): Ring {
	const ring = new Ring(directory, share);
	onTestFinished(() => ring.close());
	return ring;
}

const record = (seq: number, length = 0) =>
	eventRecord({ seq, time: 0, type: 'timer', name: '-', fields: [`x=${'x'.repeat(length)}`] });

test('A ring never takes more than its share, keeps at least half of it, and drops the oldest first.', () => {
	const root = scratch();
	const lengths = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 50, maxLength: 200 });
	fc.assert(
		fc.property(lengths, (sizes) => {
			const directory = fs.mkdtempSync(path.join(root, 'ring-'));
			const ring = new Ring(directory, 8192);
			let written = 0;
			sizes.forEach((length, i) => {
				ring.append([{ seq: i + 1, record: record(i + 1, length) }]);
				written += record(i + 1, length).length;
				const kept = bytesBelow(directory);
				expect(kept).toBeLessThanOrEqual(8192);
				expect(kept).toBeGreaterThan(Math.min(written, 4096) - 1);
			});
			const lines = ring.segments
				.map((segment) => segment.lines(0))
				.join('')
				.split('\n')
				.slice(0, -1);
			const kept = lines.map((line) => Number(line.split(',')[1]));
			expect(kept).toEqual(sizes.map((_, i) => i + 1).slice(-kept.length));
			ring.close();
			fs.rmSync(directory, { recursive: true });
		}),
		{ numRuns: 20 },
	);
});

test('A segment takes an eighth of the ring, and is named by its first record.', () => {
	const directory = scratch();
	const ring = ringIn(directory, 8192);
	for (let seq = 5; seq < 60; seq++) {
		ring.append([{ seq, record: record(seq, 100) }]);
	}
	for (const segment of ring.segments) {
		expect(segment.size).toBeLessThanOrEqual(1024);
		expect(segment.lines(0)).toMatch(new RegExp(`^Event,${segment.first},`));
	}
	expect(ring.segments.length).toBeGreaterThan(7);
});

test('A record longer than a segment gets one of its own.', () => {
	const ring = ringIn(scratch(), 8192);
	ring.append([{ seq: 1, record: record(1) }]);
	ring.append([{ seq: 2, record: record(2, 3000) }]);
	ring.append([{ seq: 3, record: record(3) }]);
	expect(ring.segments.map(({ first }) => first)).toEqual([1, 2, 3]);
});

test('A record longer than the ring is refused and pushes nothing out.', () => {
	const ring = ringIn(scratch(), 8192);
	ring.append([{ seq: 1, record: record(1) }]);
	expect(() => ring.append([{ seq: 2, record: record(2, 9000) }])).toThrow('does not fit');
	expect(ring.segments.map(({ first }) => first)).toEqual([1]);
});

test('A ring opened with a smaller share drops its oldest segments.', () => {
	const directory = scratch();
	const large = ringIn(directory, 65_536);
	for (let seq = 1; seq <= 300; seq++) {
		large.append([{ seq, record: record(seq, 100) }]);
	}
	large.close();
	const small = ringIn(directory, 16_384);
	expect(bytesBelow(directory)).toBeLessThanOrEqual(16_384);
	expect(small.newest).toBe(300);
	expect(small.segments.at(-1)?.lines(0)).toContain('Event,300,');
});

test('When the newest segment holds no whole record, the one before it tells the newest.', () => {
	const directory = scratch();
	const ring = ringIn(directory, 8192);
	ring.append([{ seq: 1, record: record(1) }]);
	ring.close();
	fs.writeFileSync(path.join(directory, '0000000000000002'), record(2).slice(0, 20));
	fs.writeFileSync(path.join(directory, '0000000000000003'), '');
	expect(ringIn(directory, 8192).newest).toBe(1);
	expect(fs.readdirSync(directory)).toEqual(['0000000000000001']);
});

test('A first record that cannot be written leaves no segment behind.', () => {
	const directory = scratch();
	const ring = ringIn(directory, 8192);
	fs.symlinkSync('/dev/full', path.join(directory, '0000000000000001'));
	expect(() => ring.append([{ seq: 1, record: record(1) }])).toThrow('ENOSPC');
	expect(fs.readdirSync(directory)).toEqual([]);
	ring.append([{ seq: 2, record: record(2) }]);
	expect(ring.segments.map(({ first }) => first)).toEqual([2]);
});

test('Records appended together go into the same segments as one by one, and no further than the first that fails.', () => {
	const [one, other] = [scratch(), scratch()];
	const records = numbers(1, 200).map((seq) => ({ seq, record: record(seq, 20 + (seq % 90)) }));
	const together = new Ring(one, 8192);
	const single = new Ring(other, 8192);
	together.append(records);
	for (const each of records) {
		single.append([each]);
	}
	const shape = (ring: Ring) => ring.segments.map(({ first, size }) => [first, size]);
	expect(shape(together)).toEqual(shape(single));
	const failing = [
		{ seq: 201, record: record(201) },
		{ seq: 202, record: record(202, 9000) },
	];
	expect(() => together.append([...failing, { seq: 203, record: record(203) }])).toThrow('does not fit');
	expect(together.newest).toBe(201);
	together.close();
	single.close();
});
