import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { eventRecord } from '../../src/events/event.ts';
import { chunkBytes, Segment } from '../../src/events/segment.ts';
import { cutTail } from '../../src/events/tail.ts';
import { scratch } from './scratch.ts';

const record = (seq: number, field = 'exit=0') =>
	eventRecord({ seq, time: 0, type: 'process.exited', name: 'web', fields: [`reason="a", b`, field] });

/** Writes the bytes as segment 1, cuts its tail and says what is left. */
function cut(directory: string, bytes: string): { last: number | undefined; left: string } {
	const file = path.join(directory, '0000000000000001');
	fs.writeFileSync(file, bytes, 'latin1');
	const segment = new Segment(directory, 1);
	const last = cutTail(segment);
	segment.close();
	return { last, left: fs.readFileSync(file, 'latin1') };
}

test('Torn at any byte of the last record, a segment ends with the record before it.', () => {
	const directory = scratch();
	const whole = record(1) + record(2);
	for (let length = whole.length; length < whole.length + record(3).length; length++) {
		const torn = (whole + record(3)).slice(0, length);
		expect(cut(directory, torn)).toEqual({ last: 2, left: whole });
	}
	expect(cut(directory, whole + record(3))).toEqual({ last: 3, left: whole + record(3) });
});

test('A record longer than any read is found when it is the last, and cut when it is torn.', () => {
	const directory = scratch();
	const long = record(2, 'x'.repeat(2 * chunkBytes));
	expect(cut(directory, record(1) + long)).toEqual({ last: 2, left: record(1) + long });
	expect(cut(directory, record(1) + long.slice(0, -1))).toEqual({ last: 1, left: record(1) });
});

test.each([
	['nothing', ''],
	['zeros', '\0'.repeat(5000)],
	['a line break', '\n'],
	['line breaks', '\n\n\n'],
	['a torn record', record(1).slice(0, -1)],
	['foreign lines', 'some\nthing\n'],
])('A segment that holds %s has no record.', (_, bytes) => {
	expect(cut(scratch(), bytes).last).toBeUndefined();
});

test('Whatever stands behind the last record is cut, and the record stays.', () => {
	const directory = scratch();
	const rubbish = fc.string({ unit: fc.constantFrom('\n', '\0', 'E', ',', '1', '\xff'), maxLength: 50 });
	fc.assert(
		fc.property(rubbish, (behind) => {
			const { last, left } = cut(directory, record(1) + record(2) + behind);
			expect([last, left]).toEqual([2, record(1) + record(2)]);
		}),
	);
});

test('A segment whose tail is whole is not written to.', () => {
	const directory = scratch();
	const file = path.join(directory, '0000000000000001');
	fs.writeFileSync(file, record(1));
	fs.utimesSync(file, 1, 1);
	const segment = new Segment(directory, 1);
	onTestFinished(() => segment.close());
	cutTail(segment);
	expect(fs.statSync(file).mtimeMs).toBe(1000);
});
