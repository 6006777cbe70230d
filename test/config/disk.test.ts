import { constants } from 'node:fs';
import { expect, test } from 'vitest';
import { access, close, fstat, lstat, open, readAll, readdir, stat } from '../../src/config/disk.ts';

test('the disk is read without node:fs/promises, and fails as it does', async () => {
	const here = Buffer.from(import.meta.dirname, 'latin1');
	expect((await stat(here)).isDirectory() && (await lstat(here)).isDirectory()).toBe(true);
	expect(await readdir(here, { encoding: 'latin1' })).toContain('disk.test.ts');
	await access(here, constants.X_OK);
	const fd = await open(import.meta.filename, constants.O_RDONLY);
	expect((await readAll(fd)).length).toBe((await fstat(fd)).size);
	await close(fd);
	await expect(stat('/nosuch')).rejects.toMatchObject({ code: 'ENOENT' });
});
