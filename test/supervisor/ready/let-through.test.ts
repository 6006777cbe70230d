import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { letThrough } from '../../../src/supervisor/ready/let-through.ts';

test('a folder of ours that is shut is opened to pass through, one that is open stays as it is', () => {
	const directory = mkdtempSync(`${tmpdir()}/archon-through-`);
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	const after = (mode: number) => {
		chmodSync(directory, mode);
		letThrough(directory);
		return (statSync(directory).mode & 0o7777).toString(8);
	};
	expect([after(0o700), after(0o755), after(0o1701)]).toEqual(['711', '755', '1701']);
});
