import { closeSync, fstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { makeMind } from '../../../src/supervisor/sockets/mind.ts';

test('it is a page with nothing in it, and no name', () => {
	const folder = mkdtempSync(`${tmpdir()}/archon-mind-`);
	onTestFinished(() => rmSync(folder, { recursive: true }));
	const fd = makeMind(folder, 'web') ?? -1;
	expect(fstatSync(fd)).toMatchObject({ size: 4096, nlink: 0, blocks: 8 });
	expect(readdirSync(folder)).toEqual([]);
	closeSync(fd);
});

test('where it cannot be made there is none', () => {
	expect(makeMind('/nowhere', 'web')).toBeUndefined();
});
