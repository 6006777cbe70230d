import { spawn, spawnSync } from 'node:child_process';
import { readlinkSync, realpathSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { Disk } from '../../src/sources/files/disk.ts';
import { mappedBy, parseMapped } from '../../src/sources/mapped.ts';
import { until } from '../live/until.ts';

const disk = new Disk(() => {});

test('what is executed from a file counts, and nothing else', () => {
	const line = (permissions: string, inode: string, rest: string) =>
		parseMapped(`7f12-7f13 ${permissions} 00026000 fd:01 ${inode}                    ${rest}`);
	expect(line('r-xp', '77', '/usr/lib/a b.so')).toEqual({ path: '/usr/lib/a b.so', isDeleted: false });
	expect(line('rwxs', '77', '/x (deleted)')).toEqual({ path: '/x', isDeleted: true });
	expect(line('r-xp', '77', '/new\\012line')).toEqual({ path: '/new\nline', isDeleted: false });
	expect(line('r--p', '77', '/usr/lib/x.so')).toBeUndefined();
	expect(line('r-xp', '0', '[vdso]')).toBeUndefined();
	expect(line('r-xp', '0', '')).toBeUndefined();
	for (const memory of ['/memfd:jit (deleted)', '/SYSV00000000 (deleted)', '/dev/zero', '/[aio] (deleted)']) {
		expect(line('r-xp', '77', memory)).toBeUndefined();
	}
});

test('a process maps its program and its libraries', async () => {
	const mapped = await mappedBy(process.pid, disk);
	expect(mapped).toContainEqual({ path: realpathSync(process.execPath), isDeleted: false });
	expect(mapped.some(({ path }) => /\/libc[.-]/.test(path))).toBe(true);
	expect(new Set(mapped.map(({ path }) => path)).size).toBe(mapped.length);
});

test('a process that is gone maps nothing', async () => {
	const { pid } = spawnSync('true');
	expect(await mappedBy(pid, disk)).toEqual([]);
});

test.runIf(process.getuid?.() === 0)('one with a file system of its own is left alone', async () => {
	const child = spawn('unshare', ['--mount', 'sleep', '1000'], { stdio: 'ignore' });
	onTestFinished(() => void child.kill('SIGKILL'));
	const own = readlinkSync('/proc/self/ns/mnt');
	await until(() => readlinkSync(`/proc/${child.pid}/ns/mnt`) !== own);
	expect(await mappedBy(Number(child.pid), disk)).toEqual([]);
});
