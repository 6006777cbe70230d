import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { eventRecord } from '../../src/events/event.ts';
import { mergeRings } from '../../src/events/merge.ts';
import { Ring } from '../../src/events/ring.ts';
import { numbers, scratch, short } from './scratch.ts';

const record = (seq: number, length = 0) =>
	eventRecord({ seq, time: 0, type: 'timer', name: '-', fields: [`x=${'x'.repeat(length)}`] });

function ringWith(seqs: readonly number[], share = 1 << 20, directory = scratch(), length = 0): Ring {
	const ring = new Ring(directory, share);
	onTestFinished(() => ring.close());
	for (const seq of seqs) {
		ring.append([{ seq, record: record(seq, length) }]);
	}
	return ring;
}

test('Two rings read as one, in the order of the numbers.', () => {
	const rings = [ringWith([1, 4, 5, 8]), ringWith([2, 3, 6, 7])];
	expect(short(mergeRings(rings, 0, 8))).toEqual(numbers(1, 8));
	expect(short(mergeRings(rings, 3, 6))).toEqual([4, 5, 6]);
});

test('Numbers that no ring has are gaps at the beginning, in the middle and at the end.', () => {
	const rings = [ringWith([3, 9]), ringWith([4, 10])];
	expect(short(mergeRings(rings, 0, 12))).toEqual(['1-2', 3, 4, '5-8', 9, 10, '11-12']);
});

test('A gap does not begin before what was asked for nor end behind it.', () => {
	const rings = [ringWith([2, 20])];
	expect(short(mergeRings(rings, 10, 15))).toEqual(['11-15']);
});

test('Without any event all is one gap, and nothing asked for is nothing.', () => {
	expect(short(mergeRings([ringWith([]), ringWith([])], 0, 7))).toEqual(['1-7']);
	expect(short(mergeRings([ringWith([]), ringWith([])], 7, 7))).toEqual([]);
});

test('Any distribution over two rings is read whole: each number once, as an event or in a gap.', () => {
	const where = fc.array(fc.constantFrom('a', 'b', 'lost'), { maxLength: 60 });
	const root = scratch();
	fc.assert(
		fc.property(where, fc.nat(60), (places, after) => {
			const directory = fs.mkdtempSync(path.join(root, 'merge-'));
			const rings = ['a', 'b'].map((name) => new Ring(path.join(directory, name), 1 << 14));
			places.forEach((place, i) => {
				rings[['a', 'b'].indexOf(place)]?.append([{ seq: i + 1, record: record(i + 1) }]);
			});
			const expected: (number | string)[] = [];
			for (let seq = after + 1; seq <= places.length; seq++) {
				let last = seq;
				while (places[seq - 1] === 'lost' && last < places.length && places[last] === 'lost') {
					last++;
				}
				expected.push(places[seq - 1] === 'lost' ? `${seq}-${last}` : seq);
				seq = last;
			}
			expect(short(mergeRings(rings, after, places.length))).toEqual(expected);
			for (const ring of rings) {
				ring.close();
			}
		}),
		{ numRuns: 60 },
	);
});

test('Lines that are damaged become a gap.', () => {
	const directory = scratch();
	const file = path.join(directory, '0000000000000001');
	fs.writeFileSync(file, `${record(1)}Event,2,${'\0'.repeat(50)}\n\n${record(4)}`);
	const ring = ringWith([], 1 << 20, directory);
	expect(short(mergeRings([ring], 0, 4))).toEqual([1, '2-3', 4]);
});

test('A segment deleted while it is read becomes a gap, and reading goes on with the next.', () => {
	const share = 8 * 100_000;
	const ring = ringWith(numbers(1, 780), share, scratch(), 950);
	const reading = mergeRings([ring], 0, 900);
	expect(short([reading.next().value ?? []].flat())).toEqual([1]);
	for (const seq of numbers(781, 900)) {
		ring.append([{ seq, record: record(seq, 950) }]);
	}
	const rest = short(reading);
	const kept = ring.segments[0]?.first ?? 0;
	const gap = rest.findIndex((one) => typeof one === 'string');
	expect(kept).toBeGreaterThan(100);
	// The chunk that was read before is still told, then the gap, then what is left.
	expect(rest).toEqual([...numbers(2, gap + 1), `${gap + 2}-${kept - 1}`, ...numbers(kept, 900)]);
	expect(gap).toBeGreaterThan(0);
});
