import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { recordsBack } from '../../src/supervisor/logfile.ts';
import type { LogLine } from '../../src/supervisor/logrecord.ts';

const time = '2026-11-20T10:00:00.000Z';

test('the last lines come in the order in which they were written, with time and stream', async () => {
	const file = written(`${time} o one\n${time} e two\n${time} a 3 lines dropped\n`);
	expect(await tailLog([file], 2)).toEqual([
		{ time, stream: 'stderr', line: 'two' },
		{ time, stream: 'archon', line: '3 lines dropped' },
	]);
});

test('all lines come when more are asked for than there are', async () => {
	expect(texts(await tailLog([written(records('a', 'b', 'c'))], 100))).toEqual(['a', 'b', 'c']);
});

test('none come of an empty file', async () => {
	expect(await tailLog([written('')], 5)).toEqual([]);
});

test('what stands behind the last line break is no record yet', async () => {
	expect(texts(await tailLog([written(`${records('whole')}${time} o to`)], 5))).toEqual(['whole']);
	expect(await tailLog([written(`${time} o torn`)], 5)).toEqual([]);
});

test('bytes of a line come back as they are, one char each', async () => {
	const bytes = Buffer.from([0x00, 0x0d, 0x20, 0x80, 0xc3, 0xa4, 0xff]).toString('latin1');
	expect(texts(await tailLog([written(records(bytes, ''))], 5))).toEqual([bytes, '']);
});

test('it goes on in the rotated files, as far as need be, and leaves out those that are not there', async () => {
	const files = [written(records('a', 'b')), '/nonexistent/x.log.1', written(records('c', 'd')), written('')];
	expect(texts(await tailLog(files, 3))).toEqual(['b', 'c', 'd']);
	expect(texts(await tailLog(files, 2))).toEqual(['c', 'd']);
});

test('a file that a rotation gave a second name is read once', async () => {
	const file = written(records('a', 'b'));
	fs.linkSync(file, `${file}.1`);
	expect(texts(await tailLog([`${file}.1`, file], 5))).toEqual(['a', 'b']);
});

test('lines of every length around the size of a chunk come whole', async () => {
	for (const length of [65_481, 65_482, 65_483, 65_507, 65_508, 65_509, 65_510, 65_535, 65_536]) {
		const lines = ['first', 'x'.repeat(length), 'y'.repeat(65_536), 'last'];
		expect(texts(await tailLog([written(records(...lines))], 4))).toEqual(lines);
		expect(texts(await tailLog([written(records(...lines))], 3))).toEqual(lines.slice(1));
	}
});

test('a line that reaches over three chunks comes whole', async () => {
	const [chunk, stamp, lineBreak] = [65_536, 27, 1];
	for (const inLastChunk of [0, 1, 13, 26, 27]) {
		const last = chunk - inLastChunk - lineBreak - stamp - lineBreak;
		const lines = ['first', `${'x'.repeat(65_535)}y`, 'z'.repeat(last)];
		expect(texts(await tailLog([written(records(...lines))], 3))).toEqual(lines);
	}
});

test('many short lines over many chunks come complete', async () => {
	const lines = Array.from({ length: 9_000 }, (_, i) => `line ${i} ${'.'.repeat(i % 90)}`);
	expect(texts(await tailLog([written(records(...lines))], 8_999))).toEqual(lines.slice(1));
});

test('what is no record of ours is left out, be it a line or megabytes without one', async () => {
	const file = written(
		`${records('a')}noise\n${'\0'.repeat(3 << 20)}\n${time} x what\n${'?'.repeat(24)} o what\n${records('b')}`,
	);
	expect(texts(await tailLog([file], 5))).toEqual(['a', 'b']);
});

test('what cannot be read for another reason is said', async () => {
	await expect(tailLog([path.dirname(written(''))], 5)).rejects.toThrow('EISDIR');
});

/** So many records from the end, oldest first. */
async function tailLog(files: readonly string[], lines: number, chunk = 65_536): Promise<LogLine[]> {
	const found: LogLine[] = [];
	for await (const records of recordsBack(files, { chunk })) {
		found.push(...records);
		if (found.length >= lines) {
			break;
		}
	}
	return found.slice(0, lines).reverse();
}

function written(bytes: string): string {
	const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'archon-logfile-'));
	onTestFinished(() => fs.rmSync(directory, { recursive: true }));
	const file = path.join(directory, 'web.log');
	fs.writeFileSync(file, bytes, 'latin1');
	return file;
}

function records(...lines: readonly string[]): string {
	return lines.map((line, i) => `${time} ${i % 2 === 0 ? 'o' : 'e'} ${line}\n`).join('');
}

function texts(found: readonly LogLine[]): string[] {
	expect(found.every((record) => record.time === time)).toBe(true);
	return found.map(({ line }) => line);
}
