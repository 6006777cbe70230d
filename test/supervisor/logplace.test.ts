import fs from 'node:fs';
import { expect, test } from 'vitest';
import { placeAtEnd, placeSince } from '../../src/supervisor/logplace.ts';
import { epoch, LogFiles } from './logfiles.ts';

const record = 28; // bytes of one without its line

test('the end of a file is behind its last record', async () => {
	const log = new LogFiles().write(0, 'one', 'two');
	const size = fs.statSync(log.path).size;
	expect((await placeAtEnd(log.path))?.offset).toBe(size);
	log.writePart('2026-11-20T10:00:00.000Z o half of a rec');
	expect((await placeAtEnd(log.path))?.offset).toBe(size);
	expect(await placeAtEnd('/nonexistent/x.log')).toBeUndefined();
});

test('of a file without a record the end is its beginning', async () => {
	expect((await placeAtEnd(new LogFiles().writePart('').path))?.offset).toBe(0);
	expect((await placeAtEnd(new LogFiles().writePart('half').path))?.offset).toBe(0);
});

test('a place of some time is in the file that has it, before all of that time or later', async () => {
	const log = new LogFiles().write(0, 'a', 'b').rotate().write(100, 'c', 'd').rotate().write(200, 'e', 'f');
	const files = log.files;
	const id = (n: number) => {
		const { dev, ino } = fs.statSync(files[n] ?? '');
		return `${dev}:${ino}`;
	};
	expect((await placeSince(files, epoch + 150))?.file).toBe(id(1));
	expect((await placeSince(files, epoch + 201))?.file).toBe(id(2));
	expect((await placeSince(files, epoch + 999))?.file).toBe(id(2));
	expect(await placeSince(files, epoch - 1)).toEqual({ file: id(0), offset: 0 });
	expect(await placeSince([], epoch)).toBeUndefined();
});

test('in a large file it is found by halving: close before, and at the beginning of a record', async () => {
	const log = new LogFiles();
	const line = 'x'.repeat(100);
	const lines = Array.from({ length: 30_000 }, () => line);
	log.write(0, ...lines);
	for (const ms of [1, 7000, 15_000, 29_999]) {
		const place = await placeSince(log.files, epoch + ms);
		const exact = ms * (record + line.length);
		expect(place?.offset).toBeLessThanOrEqual(exact);
		expect(place?.offset).toBeGreaterThan(exact - 300_000);
		expect((place?.offset ?? 1) % (record + line.length)).toBe(0);
	}
});
