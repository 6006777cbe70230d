import { existsSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the build keeps what a daemon compiled that lived until it was told to end', () => {
	const { size, mtimeMs } = statSync('dist/main.cjs');
	expect(existsSync(`dist/cache/main-${size}-${mtimeMs}`)).toBe(true);
});
