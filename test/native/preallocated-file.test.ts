import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { native } from '../../src/native/index.ts';
import { PreallocatedFile } from '../../src/native/preallocated-file.ts';
import { temporary } from '../archon.ts';

const step = 65_536;
const source = (path: string) => join(import.meta.dirname, '../../src', path);

/** A file of which is noted what room it takes: as if the disk had so many bytes. */
function begun(size = Number.POSITIVE_INFINITY, path = `${temporary()}/x`) {
	const taken: (readonly number[])[] = [];
	const disk = { left: size };
	const preallocate = (fd: number, from: number, bytes: number) => {
		if (bytes > disk.left) {
			return -28;
		}
		taken.push([from, bytes]);
		disk.left -= bytes;
		return native.preallocate(fd, from, bytes);
	};
	const file = new PreallocatedFile({ preallocate }, path);
	onTestFinished(() => file.close());
	return { path, file, taken, disk, text: () => readFileSync(path, 'latin1') };
}

test('room is taken in steps and shows to nobody who reads', () => {
	const { path, file, taken, text } = begun();
	file.append('one\n');
	expect([text(), file.size, file.end, taken]).toEqual(['one\n', 4, step, [[0, step]]]);
	expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(step);
	file.append('two\n');
	file.reserve(step / 2);
	expect(taken).toHaveLength(1);
	file.reserve(step + 1);
	file.append('x'.repeat(2 * step));
	expect([text().slice(0, 9), taken]).toEqual([
		'one\ntwo\nx',
		[
			[0, step],
			[step, step],
			[2 * step, step],
		],
	]);
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what fits in the room that is there is written however full the disk is, else nothing is', () => {
	const { file, disk, text } = begun(step);
	file.append('one\n');
	expect(() => file.reserve(step + 1)).toThrow('ENOSPC');
	expect(() => file.append('x'.repeat(step))).toThrow(
		expect.objectContaining({ errno: -28, code: 'ENOSPC' }),
	);
	expect([text(), file.end]).toEqual(['one\n', step]);
	file.append('x'.repeat(step - 4));
	expect(text()).toHaveLength(step);
	// Where less is left than a step, it is taken as well.
	disk.left = 8192;
	file.append('y');
	expect([file.end, disk.left, text().at(-1)]).toEqual([step + 4096, 4096, 'y']);
});

test('the room of an empty file is found again, that behind a text is given back', () => {
	const { path, file } = begun();
	file.reserve(step);
	const second = begun(0, path);
	expect(second.file.end).toBe(step);
	second.file.append('two\n');
	expect(second.text()).toBe('two\n');
	const third = begun(step, path);
	expect([third.file.end, third.text()]).toEqual([0, '']);
	third.file.append('three\n');
	third.file.trim();
	expect([third.file.end, third.text(), statSync(path).blocks * 512 < step]).toEqual([0, 'three\n', true]);
});

test('where the file system takes no room ahead it is written as ever, and asked once', () => {
	const path = `${temporary()}/x`;
	writeFileSync(path, 'before');
	let asked = 0;
	const file = new PreallocatedFile({ preallocate: () => asked++ }, path);
	file.append('one\n');
	file.append('two\n');
	file.trim();
	file.reserve(10 * step);
	expect([readFileSync(path, 'latin1'), file.end, asked]).toEqual([
		'one\ntwo\n',
		Number.POSITIVE_INFINITY,
		1,
	]);
	file.close();
});

test.each(['native', '{ preallocate: () => 0 }'])(
	'half of what there is no room for is not left, and what follows is written (%s)',
	(taking) => {
		const path = `${temporary()}/x`;
		const script = `
			import { native } from '${source('native/index.ts')}';
			import { PreallocatedFile } from '${source('native/preallocated-file.ts')}';
			const file = new PreallocatedFile(${taking}, '${path}');
			for (const text of ['one,', 'x'.repeat(40_000), 'two']) {
				try { file.append(text); } catch (error) { console.log(error.code); }
			}
		`;
		const limited = ['-c', 'ulimit -f 16; exec "$0" --input-type=module -e "$1"', process.execPath, script];
		expect(spawnSync('sh', limited, { encoding: 'utf8' }).stdout).toBe('EFBIG\n');
		expect(readFileSync(path, 'latin1')).toBe('one,two');
	},
);
