import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { chunkBytes, Segment } from '../../src/events/segment.ts';
import { scratch } from './scratch.ts';

function segmentIn(directory: string, first: number): Segment {
	const segment = new Segment(directory, first);
	onTestFinished(() => segment.close());
	return segment;
}

test('A segment is a file named by the number of its first event, readable for its owner alone.', () => {
	const directory = scratch();
	segmentIn(directory, 42).append('one\n');
	const file = path.join(directory, '0000000000000042');
	expect(fs.readFileSync(file, 'latin1')).toBe('one\n');
	expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test('A directory lists its segments by number and nothing else.', () => {
	const directory = scratch();
	for (const first of [100, 9, 20]) {
		segmentIn(directory, first);
	}
	fs.writeFileSync(path.join(directory, 'notes'), '');
	expect(Segment.list(directory)).toEqual([9, 20, 100]);
});

test('Lines come whole, a chunk at a time, and in the end nothing.', () => {
	const segment = segmentIn(scratch(), 1);
	const line = `${'x'.repeat(99)}\n`;
	segment.append(line.repeat(1000));
	const first = segment.lines(0);
	expect(first).toBe(line.repeat(Math.floor(chunkBytes / 100)));
	expect(segment.lines(first.length)).toBe(line.repeat(1000 - Math.floor(chunkBytes / 100)));
	expect(segment.lines(segment.size)).toBe('');
});

test('A line longer than a chunk comes whole.', () => {
	const segment = segmentIn(scratch(), 1);
	const long = `${'y'.repeat(3 * chunkBytes)}\n`;
	segment.append(`${long}next\n`);
	expect(segment.lines(0).startsWith(long)).toBe(true);
});

test('What is appended after opening again stands behind what was there.', () => {
	const directory = scratch();
	const before = segmentIn(directory, 1);
	before.append('one\n');
	before.close();
	const after = segmentIn(directory, 1);
	after.append('two\n');
	expect(after.lines(0)).toBe('one\ntwo\n');
});

test('A removed segment has no file, and a reader that is at it finds nothing more.', () => {
	const directory = scratch();
	const segment = segmentIn(directory, 1);
	segment.append('one\n');
	segment.remove();
	expect(segment.lines(0)).toBe('');
	expect(fs.readdirSync(directory)).toEqual([]);
});
