import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { pruneRunLogs } from '../../src/supervisor/prune.ts';

let directory: string;

beforeEach(() => {
	directory = fs.mkdtempSync(path.join(os.tmpdir(), 'archon-prune-'));
	onTestFinished(() => fs.rmSync(directory, { recursive: true, force: true }));
});

test('the logs written to last are kept, the others removed', async () => {
	write('old.log', 1);
	write('new.log', 3);
	write('newer.log', 4);
	write('older.log', 0);
	await pruneRunLogs(directory, 2);
	expect(left()).toEqual(['new.log', 'newer.log']);
});

test('the files of one name count as one, as old as its newest, and go together', async () => {
	write('ls.log.2', 1);
	write('ls.log.1', 2);
	write('ls.log', 9);
	write('cat.log.1', 4);
	write('cat.log', 5);
	write('id.log', 7);
	await pruneRunLogs(directory, 2);
	expect(left()).toEqual(['id.log', 'ls.log', 'ls.log.1', 'ls.log.2']);
});

test('names that look like rotated logs themselves are told apart', async () => {
	write('a.log.1.log', 1);
	write('a.log', 2);
	write('a.log.1', 2);
	await pruneRunLogs(directory, 1);
	expect(left()).toEqual(['a.log', 'a.log.1']);
});

test('a thousand are kept unless another number is given', { timeout: 20_000 }, async () => {
	for (let i = 0; i < 1003; i++) {
		write(`run-${i}.log`, i);
	}
	await pruneRunLogs(directory);
	expect(left()).toHaveLength(1000);
	expect(left()).not.toContain('run-2.log');
	expect(left()).toContain('run-3.log');
});

test('nothing happens to other files, nor where there are not too many', async () => {
	write('notes.txt', 0);
	write('.log', 0);
	write('a.log', 1);
	await pruneRunLogs(directory, 1);
	expect(left()).toEqual(['.log', 'a.log', 'notes.txt']);
});

test('a directory that is not there yet is fine', async () => {
	await pruneRunLogs(path.join(directory, 'runs'));
	expect(left()).toEqual([]);
});

/** `age` in seconds since some day. */
function write(name: string, age: number): void {
	const file = path.join(directory, name);
	fs.writeFileSync(file, '');
	fs.utimesSync(file, 1_000_000 + age, 1_000_000 + age);
}

function left(): string[] {
	return fs.readdirSync(directory).sort();
}
