import { closeSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as files from '../../src/supervisor/cgroup-files.ts';
import { temporary } from '../archon.ts';

const enoent = -2;
const eexist = -17;

test('what is there is read and written; what is not is neither, nor made', () => {
	const file = `${temporary()}/memory.max`;
	expect([files.read(file), files.write(file, '1'), files.read(file)]).toEqual([undefined, false, undefined]);
	writeFileSync(file, '');
	expect([files.write(file, '12'), files.read(file)]).toEqual([true, '12']);
	expect(readFileSync(file, 'latin1')).toBe('12');
});

test('a file that the system does not take is not written', () => {
	expect(files.write('/dev/full', '1')).toBe(false);
});

test('directories are made, opened, listed and removed with those below, each time with what the system says', () => {
	const path = `${temporary()}/a`;
	expect([files.openDirectory(path), files.removeDirectories(path)]).toEqual([enoent, enoent]);
	expect([files.makeDirectory(path), files.makeDirectory(path)]).toEqual([0, eexist]);
	mkdirSync(`${path}/b/c`, { recursive: true });
	mkdirSync(`${path}/d`);
	expect(files.directoriesIn(path).sort()).toEqual(['b', 'd']);
	expect(files.directoriesBelow(path).sort()).toEqual([`${path}/b`, `${path}/b/c`, `${path}/d`]);
	const fd = files.openDirectory(path);
	expect(fd).toBeGreaterThan(2);
	closeSync(fd);
	expect(files.removeDirectories(path)).toBe(0);
	expect([files.directoriesIn(path), files.open(path)]).toEqual([[], enoent]);
});
