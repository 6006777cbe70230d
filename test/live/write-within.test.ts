import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { native } from '../../src/native/index.ts';

const { EAGAIN, ENOTSUP } = constants.errno;
const directory = mkdtempSync(join(tmpdir(), 'archon-native-'));
afterAll(() => rmSync(directory, { recursive: true }));

const page = Buffer.alloc(4096);

test('what would have to wait is not written', () => {
	const path = join(directory, 'fifo');
	execFileSync('mkfifo', [path]);
	const pipe = openSync(path, 'r+');
	let written = 0;
	for (let taken = page.length; taken > 0; written += Math.max(taken, 0)) {
		taken = native.writeWithin(pipe, 0, page);
	}
	expect(written).toBe(65536);
	expect(native.writeWithin(pipe, 0, page)).toBe(-EAGAIN);
	closeSync(pipe);
});

test('of a file nobody can say whether it would wait', () => {
	const file = openSync(join(directory, 'file'), 'w');
	expect(native.writeWithin(file, 0, page)).toBe(-ENOTSUP);
	closeSync(file);
});
