import { constants } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import { access, ask, close, fstat, lstat, open, readAll, readdir, stat } from '../../src/config/disk.ts';
import { folder } from './scratch.ts';

test('the disk is read without node:fs/promises, and fails as it does', async () => {
	const here = Buffer.from(import.meta.dirname, 'latin1');
	expect((await stat(here)).isDirectory() && (await lstat(here)).isDirectory()).toBe(true);
	expect(await readdir(here, { encoding: 'latin1' })).toContain('disk.test.ts');
	await access(here, constants.X_OK);
	const fd = await open(import.meta.filename, constants.O_RDONLY);
	const { size } = await fstat(fd);
	expect((await readAll(fd, size, 2 ** 20)).length).toBe(size);
	await close(fd);
	await expect(stat('/nosuch')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a file is read whole whatever size it says, up to the most that may be read', async () => {
	const path = `${folder({ file: 'x'.repeat(10_000) })}/file`;
	const lengthOf = async (size: number, most: number) => {
		const fd = await open(path, constants.O_RDONLY);
		const { length } = await readAll(fd, size, most);
		await close(fd);
		return length;
	};
	expect(await lengthOf(0, 2 ** 20)).toBe(10_000);
	expect(await lengthOf(20_000, 2 ** 20)).toBe(10_000);
	expect([await lengthOf(10_000, 9999), await lengthOf(10_000, 10_000)]).toEqual([9999, 10_000]);
	expect([await lengthOf(10_000, 10_001), await lengthOf(10_000, 0)]).toEqual([10_000, 0]);
});

test('that a file cannot be read on is told, not taken for its end', async () => {
	const fd = await open('/proc/self/mem', constants.O_RDONLY);
	await expect(readAll(fd, 0, 2 ** 20)).rejects.toMatchObject({ code: 'EIO' });
	await close(fd);
});

test('what was asked for and is not answered is not asked for again', async () => {
	vi.useFakeTimers({ toFake: ['hrtime'] });
	onTestFinished(() => void vi.useRealTimers());
	const answer = Promise.withResolvers<string>();
	const first = ask('/a', () => answer.promise);
	vi.advanceTimersByTime(9999);
	expect(await ask('/a', async () => 'asked twice')).toBe('asked twice');
	vi.advanceTimersByTime(1);
	expect(await ask('/a', async () => 'asked twice')).toEqual(
		refuse('no answer within 10 s: mend what it is on or unmount it (umount -f), then reload again'),
	);
	expect(await ask('/b', async () => 'another')).toBe('another');
	answer.resolve('late');
	expect(await first).toBe('late');
	expect(await ask('/a', async () => 'again')).toBe('again');
});
